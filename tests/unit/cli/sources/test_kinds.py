"""Which kind a file or an archive is."""

import pytest

from whisk_cli.sources import kinds


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("hello.py", "python:default"),
        ("hello.mjs", "nodejs:default"),
        ("Hello.java", "java:default"),
        ("hello.sh", "blackbox"),
        ("hello.zip", None),
        ("hello.jar", None),
        ("README.md", None),
        ("Makefile", None),
    ],
)
def test_a_file_is_known_by_its_extension(name: str, kind: str | None) -> None:
    assert kinds.of_file(name) == kind


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"__main__.py": ""}, "python:default"),
        ({"index.js": ""}, "nodejs:default"),
        ({"package.json": '{"main": "lib/start.js"}'}, "nodejs:default"),
        ({"package.json": "{", "other.txt": ""}, "nodejs:default"),
        ({"package.json": '{"devDependencies": {}}'}, None),
        ({"package.json": "[]"}, None),
        ({"index.php": ""}, "php:default"),
        ({"main.rb": ""}, "ruby:default"),
        ({"go.mod": "", "main.go": ""}, "go:default"),
        ({"Cargo.toml": ""}, "rust:default"),
        ({"exec": ""}, "blackbox"),
        ({"notes.txt": ""}, None),
        ({}, None),
    ],
)
def test_an_archive_is_known_by_its_entry(files: dict[str, str], kind: str | None) -> None:
    assert kinds.of_archive(files.keys(), files.__getitem__) == kind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("public class Hello {}", "Hello"),
        ("package org.example;\npublic class Hello {}", "org.example.Hello"),
        ("/* package wrong; */\n// package no;\npackage a.b ;", "a.b.Hello"),
    ],
)
def test_a_java_source_names_its_class_with_its_package(text: str, expected: str) -> None:
    assert kinds.java_class("Hello.java", text) == expected

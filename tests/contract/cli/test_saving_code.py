"""Saving the code of an action: the name of the file, and what is never done."""

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import Wsk, failed, ok

REQUEST = "GET namespaces/_/actions/foo?code=true"


def _action(**code: Any) -> dict[str, Any]:
    return {"namespace": "guest", "name": "foo", "exec": code}


@pytest.mark.parametrize(
    ("kind", "file"),
    [
        ("nodejs:20", "foo.js"),
        ("python:3.11", "foo.py"),
        ("swift:5.7", "foo.swift"),
        ("php:8", "foo.php"),
        ("ruby:2.5", "foo.rb"),
        ("rust:1", "foo.rs"),
        ("go:1.20", "foo.go"),
        ("blackbox", "foo"),
    ],
)
def test_text_code_gets_the_extension_of_its_family(
    wsk: Wsk, controller: Controller, kind: str, file: str
) -> None:
    controller.answer(REQUEST, _action(kind=kind, code="é = 1\n", binary=False))
    assert wsk("action", "get", "foo", "--save") == ok(
        f"ok: saved action code to {Path.cwd()}/{file}\n"
    )
    assert Path(file).read_text(encoding="utf-8") == "é = 1\n"


@pytest.mark.parametrize(
    ("kind", "file"),
    [("java:8", "foo.jar"), ("ballerina:1", "foo.balx"), ("nodejs:20", "foo.zip")],
)
def test_binary_code_is_decoded(wsk: Wsk, controller: Controller, kind: str, file: str) -> None:
    content = b"PK\x00\xff"
    code = b64encode(content).decode()
    controller.answer(REQUEST, _action(kind=kind, code=code, binary=True))
    assert wsk("action", "get", "foo", "--save").code == 0
    assert Path(file).read_bytes() == content


def test_the_file_can_be_chosen(wsk: Wsk, controller: Controller) -> None:
    controller.answer(REQUEST, _action(kind="nodejs:20", code="x", binary=False))
    assert wsk("action", "get", "foo", "--save-as", "other.txt") == ok(
        f"ok: saved action code to {Path.cwd()}/other.txt\n"
    )
    assert Path("other.txt").read_text() == "x"


def test_an_existing_file_is_never_overwritten(wsk: Wsk, controller: Controller) -> None:
    controller.answer(REQUEST, _action(kind="nodejs:20", code="new", binary=False))
    Path("foo.js").write_text("old")
    assert wsk("action", "get", "foo", "--save") == failed(
        "The file 'foo.js' already exists", 2, hint=True
    )
    assert Path("foo.js").read_text() == "old"


def test_a_file_that_cannot_be_created_is_named_with_the_reason(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer(REQUEST, _action(kind="nodejs:20", code="new", binary=False))
    assert wsk("action", "get", "foo", "--save-as", "no/such/dir.js") == failed(
        "Cannot create file 'no/such/dir.js': No such file or directory", 2, hint=True
    )


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ({"kind": "sequence", "components": []}, "Cannot save action sequences"),
        ({"kind": "blackbox", "image": "x", "binary": False}, "Cannot save Docker images"),
    ],
)
def test_what_has_no_code_cannot_be_saved(
    wsk: Wsk, controller: Controller, code: dict[str, Any], text: str
) -> None:
    controller.answer(REQUEST, _action(**code))
    assert wsk("action", "get", "foo", "--save") == failed(text, 2, hint=True)

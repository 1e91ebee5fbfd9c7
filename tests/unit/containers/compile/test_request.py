"""Which code is compiled, what it is found by, and what the launcher gets instead."""

import base64
import json
from typing import Any

import pytest

from tests.conformance.runtimes.bundles import zipped
from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.process.compile.request import (
    InitRequest,
    key,
    needs_compiling,
    read,
)


def asked(code: str, *, binary: bool = False, main: str = "main") -> InitRequest:
    value: dict[str, Any] = {"main": main, "code": code, "binary": binary, "env": {"A": "b"}}
    return read(json.dumps({"value": value}).encode())


def archive(files: dict[str, bytes]) -> str:
    return base64.b64encode(zipped(files)).decode()


@pytest.mark.parametrize(
    ("request_", "archives", "wanted"),
    [
        (asked("package main"), True, True),
        (asked("class A {}"), False, True),
        (asked("  "), True, False),
        (asked(archive({"main.go": b"package main"}), binary=True), True, True),
        (asked(archive({"main.go": b"package main"}), binary=True), False, False),
        (asked(archive({"exec": b"#!/bin/sh"}), binary=True), True, False),
        (asked(archive({"bin/exec": b"x"}), binary=True), True, False),
        (asked(base64.b64encode(b"\x7fELF...").decode(), binary=True), True, False),
        (asked(base64.b64encode(b"PK broken").decode(), binary=True), True, False),
        (asked("???", binary=True), True, False),
    ],
)
def test_sources_are_compiled_and_programs_are_not(
    request_: InitRequest, archives: bool, wanted: bool
) -> None:
    assert needs_compiling(request_, archives=archives) is wanted


def test_everything_that_the_program_depends_on_is_in_its_key() -> None:
    keys = {
        key("go 1", asked("code")),
        key("go 2", asked("code")),
        key("go 1", asked("code2")),
        key("go 1", asked("code", main="other")),
        key("go 1", asked("code", binary=True)),
        key("go 1m", asked("code", main="ain")),
    }
    assert len(keys) == 6
    assert key("go 1", asked("code")) == key("go 1", asked("code"))
    assert len(key("go 1", asked("a lone \ud800 surrogate"))) == 64


def test_the_launcher_gets_everything_but_the_code() -> None:
    document = json.loads(asked("code").ready("frames"))
    assert document == {
        "value": {
            "main": "main",
            "binary": False,
            "env": {"A": "b"},
            "program": {"protocol": "frames"},
        }
    }
    held = json.loads(asked("code").holding("UEs="))
    assert held["value"]["code"] == "UEs="
    assert held["value"]["binary"] is True


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"value":3}', b"\xff"])
def test_a_body_that_is_no_init_is_the_platforms_fault(body: bytes) -> None:
    with pytest.raises(ContainerError, match="init"):
        read(body)

"""What the toolchains say about themselves, understood without running any of them."""

from pathlib import Path

import pytest

from whisk_platform.containers.process.languages import nodejs, php, python, ruby
from whisk_platform.containers.process.languages.language import (
    Missing,
    Premise,
    Program,
    Toolchain,
)

PREMISE = Premise(
    launchers=Path("/launchers"), own_python="/usr/bin/python3", prepared=Path("/p"), chosen={}
)


def _command(toolchain: Toolchain | Missing | None, memory_mb: int) -> list[str]:
    assert isinstance(toolchain, Toolchain)
    assert isinstance(toolchain.start, Program)
    return toolchain.start.command("/opt/launcher", memory_mb)


def test_pythons_kind_has_two_numbers_and_a_home_is_never_shown() -> None:
    answer = ["3.12.4", "/users/ada", "/users/ada", "/users/ada/lib/python3.12"]
    found = python.toolchain("/users/ada/bin/python3.12", answer, PREMISE, "/users/ada")
    assert isinstance(found, Toolchain)
    assert found.kind == "python:3.12"
    assert found.trees == ("/users/ada/bin", "/users/ada/lib/python3.12")


def test_an_old_python_is_missing_and_its_sentence_names_it() -> None:
    found = python.toolchain("/usr/bin/python3", ["3.9.2", "/usr", "/usr", "/l"], PREMISE, "/root")
    assert isinstance(found, Missing)
    assert "Python 3.9.2 at '/usr/bin/python3' is too old: 3.11 is needed." in found.sentence


@pytest.mark.parametrize("answer", [["v16.3.0", "/usr/bin/node"], ["v", "/n"], ["v20.0.0"]])
def test_a_node_that_is_too_old_or_says_something_else_is_none(answer: list[str]) -> None:
    assert nodejs.toolchain(answer, PREMISE) is None


def test_nodes_heap_follows_the_memory_limit() -> None:
    found = nodejs.toolchain(["v22.1.0", "/no/such/bin/node"], PREMISE)
    assert _command(found, 512) == [
        "/no/such/bin/node",
        "--max-old-space-size=307",
        "/opt/launcher",
    ]


PHP = ["8.2.36", "/no/such/php", "/etc/php/8.2/cli/php.ini", "", "/usr/lib/php/20220829", "cli"]


def test_phps_memory_limit_is_the_actions() -> None:
    found = php.toolchain(PHP, PREMISE)
    assert found is not None
    assert (found.kind, found.version) == ("php:8.2", "8.2.36")
    command = _command(found, 512)
    assert command[0] == "/no/such/php"
    assert "memory_limit=512M" in command
    assert command[-1] == "/opt/launcher"


@pytest.mark.parametrize(
    "answer", [["7.4.3", *PHP[1:]], [*PHP[:-1], "cgi-fcgi"], ["8", *PHP[1:]], PHP[:3], []]
)
def test_a_php_that_cannot_run_actions_is_none(answer: list[str]) -> None:
    assert php.toolchain(answer, PREMISE) is None


def test_rubys_kind_has_two_numbers() -> None:
    found = ruby.toolchain(["3.3.1", "/no/such/ruby", "/a", "/b", "/c", ""], PREMISE)
    assert found is not None
    assert found.kind == "ruby:3.3"
    assert _command(found, 256) == ["/no/such/ruby", "--disable=gems", "/opt/launcher"]


@pytest.mark.parametrize("answer", [["2.7.0", "", "", "", "", ""], ["3.1.0"], ["x", *[""] * 5]])
def test_a_ruby_that_is_too_old_or_says_something_else_is_none(answer: list[str]) -> None:
    assert ruby.toolchain(answer, PREMISE) is None

"""The languages of the conformance table: what is particular to each."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import whisk_runtimes
from tests import parts

RUNTIMES = Path(whisk_runtimes.__file__).parent
SAMPLES = Path(__file__).parent / "samples"

NO_BINARY = "The action failed to generate or locate a binary. See logs for details."
CANNOT_START = "Cannot start action. Check logs for details."
NOT_A_DICTIONARY = "The action did not return a dictionary or array."
NODE_INIT = "Initialization has failed due to: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One row of the table."""

    name: str
    suffix: str
    launcher: Callable[[], list[str]]
    """The command; ends the test where the toolchain is missing."""
    broken: str = "\0"
    """Code that cannot be loaded."""
    broken_error: str = CANNOT_START
    nameless_error: str = CANNOT_START
    """Code without the function."""
    raises_error: str = CANNOT_START
    scalar_error: str = NOT_A_DICTIONARY
    no_entry_error: str = NO_BINARY
    exception: tuple[int, str] = (200, "out of cheese")
    """What an exception in a run is answered with."""
    exit: tuple[int, str] | None = (400, "command exited")
    """None = the channel ends without an answer."""
    numbers: Mapping[str, str] = field(default_factory=dict)
    """What comes back where it is not what was sent."""
    surrogate: str = r"a\ud800b"
    """What comes back for half of a surrogate pair, as JSON text."""
    huge: str | None = None
    """What comes back for 1e400; None = an error, because it is no number there."""
    empty_inside: str = "{}"
    """What comes back for an object without members inside another."""
    lacks: Mapping[str, str] = field(default_factory=dict)
    """Cases that make no sense for it, each with the reason."""
    output: str = "frames"
    """How what is printed arrives: in ``frames``, or by the ``pipes``."""

    def code(self, sample: str) -> str:
        """The text of a sample."""
        return (SAMPLES / self.name / f"{sample}{self.suffix}").read_text(encoding="utf-8")

    def archive(self) -> dict[str, bytes]:
        """The files of the archive sample."""
        folder = SAMPLES / self.name / "archive"
        return {
            re.sub(r"\.py\.txt$", ".py", path.relative_to(folder).as_posix()): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }


def _program(name: str, remedy: str, *arguments: str) -> Callable[[], list[str]]:
    def command() -> list[str]:
        return [str(parts.program(name, remedy)), *arguments]

    return command


def _python(*path: str) -> Callable[[], list[str]]:
    return lambda: [sys.executable, "-I", "-S", str(RUNTIMES.joinpath(*path))]


DOUBLES = {
    "9007199254740993": "9007199254740992",
    "18446744073709551616": "18446744073709552000",
    "123456789012345678901234567890": "1.2345678901234568e+29",
    "1.0": "1",
    "1.10": "1.1",
}
ONE_SHOT = "it starts anew for each run"
NO_STDERR_ORDER = "a program writes to its own descriptors, whose order nobody knows"
ONE_FILE = "the program is the entry point"

LANGUAGES = {
    one.name: one
    for one in (
        Language(
            name="python",
            suffix=".py.txt",
            launcher=_python("python", "launcher.py"),
            broken="def main(args:",
            numbers={"1.10": "1.1"},
        ),
        Language(
            name="nodejs",
            suffix=".js",
            launcher=_program(
                "node", "apt-get install nodejs", str(RUNTIMES / "nodejs" / "launcher.cjs")
            ),
            broken="function main( {",
            broken_error=NODE_INIT + "SyntaxError: Unexpected end of input (hello.js:1)",
            nameless_error=NODE_INIT + "Action entrypoint 'main' is not a function.",
            raises_error=NODE_INIT + "Error: no database",
            scalar_error="The action did not return a dictionary.",
            no_entry_error=NODE_INIT
            + "Zipped actions must contain either package.json or index.js at the root.",
            exception=(502, "An error has occurred: Error: out of cheese"),
            exit=None,
            numbers=DOUBLES,
            huge="null",
        ),
        Language(
            name="php",
            suffix=".php",
            launcher=_program(
                "php",
                "apt-get install php-cli",
                *("-d", "memory_limit=256M", "-d", "display_errors=stderr"),
                *("-d", "log_errors=0", "-d", "serialize_precision=-1"),
                str(RUNTIMES / "php" / "launcher.php"),
            ),
            broken="<?php\nfunction main(",
            numbers={
                "18446744073709551616": "1.8446744073709552e+19",
                "123456789012345678901234567890": "1.2345678901234568e+29",
                "1.10": "1.1",
            },
            surrogate="a\ufffdb",
            empty_inside="[]",
        ),
        Language(
            name="ruby",
            suffix=".rb",
            launcher=_program(
                "ruby",
                "apt-get install ruby",
                "--disable=gems",
                str(RUNTIMES / "ruby" / "launcher.rb"),
            ),
            broken="def main(args",
            numbers={"1.10": "1.1"},
            surrogate="a\ufffdb",
        ),
        Language(
            name="once",
            suffix=".txt",
            launcher=_python("native", "launcher.py"),
            broken="#!/no/such/interpreter\n",
            exit=(502, NOT_A_DICTIONARY),
            huge="1e400",
            lacks={
                "other": ONE_FILE,
                "raises": ONE_SHOT,
                "exception": "a shell has none",
                "environment": "the next module tests it",
                "streams": NO_STDERR_ORDER,
                "partial": "the last line is the result",
                "child": "the program is one",
                "counter": ONE_SHOT,
                "large": "a shell has no such function",
            },
        ),
        Language(
            name="loop",
            suffix=".txt",
            launcher=_python("native", "launcher.py"),
            broken="#!/bin/sh\n# answers on >&3\nexit 4\n",
            huge="1e400",
            lacks={
                "other": ONE_FILE,
                "raises": "it is an exit",
                "exception": "a shell has none",
                "environment": "each line carries what a run has",
                "streams": NO_STDERR_ORDER,
                "child": "the program is one",
                "large": "a shell has no such function",
            },
        ),
    )
}

"""The inputs of two tokens (``-p KEY VALUE``) and of files (``-P FILE``), kept in typed order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from whisk_cli.errors import ExitCode, UsageError
from whisk_cli.jsonvalue import JSONObject, parse, parse_or_text


class Input(Enum):
    """A flag that the argument pass takes out of the command line.

    The value is ``(short, long, metavar, help)``.
    """

    PARAM = ("-p", "--param", "KEY VALUE", "parameter value in KEY VALUE format")
    PARAM_FILE = ("-P", "--param-file", "FILE", "FILE with parameter values as a JSON object")
    ANNOTATION = ("-a", "--annotation", "KEY VALUE", "annotation value in KEY VALUE format")
    ANNOTATION_FILE = (
        "-A",
        "--annotation-file",
        "FILE",
        "FILE with annotation values as a JSON object",
    )
    FEED_PARAM = ("-F", "--feed-param", "KEY VALUE", "parameter for the feed action only")
    TRIGGER_PARAM = ("-T", "--trigger-param", "KEY VALUE", "parameter for the trigger only")

    @property
    def short(self) -> str:
        """The spelling with one dash."""
        return self.value[0]

    @property
    def long(self) -> str:
        """The spelling with two dashes."""
        return self.value[1]

    @property
    def metavar(self) -> str:
        """What the help page shows after the flag."""
        return self.value[2]

    @property
    def help(self) -> str:
        """The line of the help page."""
        return self.value[3]

    @property
    def is_file(self) -> bool:
        """Whether one token follows, the name of a file, rather than a key and a value."""
        return self in (Input.PARAM_FILE, Input.ANNOTATION_FILE)

    @property
    def complaint(self) -> str:
        """How an error about the tokens of this flag begins."""
        if self in (Input.PARAM, Input.PARAM_FILE):
            return "The parameter arguments are invalid: "
        if self in (Input.ANNOTATION, Input.ANNOTATION_FILE):
            return "The annotation arguments are invalid: "
        return ""


PARAMETERS = frozenset({Input.PARAM, Input.PARAM_FILE})
ANNOTATIONS = frozenset({Input.ANNOTATION, Input.ANNOTATION_FILE})
FEED_INPUTS = frozenset({Input.FEED_PARAM, Input.TRIGGER_PARAM})


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One such flag with what followed it.

    Attributes:
        flag: Which one.
        key: The key; of a file, its name.
        text: The value; of a file, its content once :func:`with_files_read` has run.
    """

    flag: Input
    key: str
    text: str = ""


def with_files_read(given: Iterable[Given]) -> tuple[Given, ...]:
    """Replace the text of every file flag by the content of the file.

    Raises:
        CliError: A file is missing or unreadable: exit 2, with the usage hint.
    """
    return tuple(
        replace(each, text=_content(each.key)) if each.flag.is_file else each for each in given
    )


def _content(name: str) -> str:
    try:
        return Path(name).read_bytes().decode("utf-8")
    except UnicodeDecodeError as problem:
        raise UsageError(
            f"Failed to parse arguments: File '{name}' is not text in UTF-8 (byte {problem.start})"
        ) from problem
    except (OSError, ValueError) as problem:
        raise UsageError(
            f"Failed to parse arguments: File '{name}' is not a valid file or it does not exist",
            ExitCode.MISUSE,
        ) from problem


def collect(given: Iterable[Given], flags: frozenset[Input]) -> JSONObject:
    """Merge the inputs of some flags, left to right; the last value of a key wins.

    Args:
        given: All inputs in typed order, files read.
        flags: Which of them to take.

    Returns:
        A JSON object; a value that is not JSON is a string.

    Raises:
        CliError: A file holds something else than a JSON object.

    Source:
        contracts/cli.md §1.2 and §10; deliberate difference: quotes inside a plain value are kept.
    """
    merged: JSONObject = {}
    for each in given:
        if each.flag not in flags:
            continue
        pairs = _members(each) if each.flag.is_file else {each.key: parse_or_text(each.text)}
        for key, value in pairs.items():
            merged.pop(key, None)
            merged[key] = value
    return merged


def _members(given: Given) -> JSONObject:
    noun = "annotation" if given.flag is Input.ANNOTATION_FILE else "parameter"
    try:
        value = parse(given.text)
    except ValueError as problem:
        raise UsageError(
            f"Invalid {noun} argument in the file '{given.key}': {problem}"
        ) from problem
    if not isinstance(value, dict):
        raise UsageError(
            f"Invalid {noun} argument in the file '{given.key}': a JSON object is needed, "
            'such as {"name": "value"}'
        )
    return value

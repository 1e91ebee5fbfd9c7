"""The inputs of two tokens (``-p KEY VALUE``) and of files (``-P FILE``), kept in typed order."""

from __future__ import annotations

import sys
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
    PARAM_FILE = (
        "-P",
        "--param-file",
        "FILE",
        "FILE with parameters as a JSON object, or - for the standard input",
    )
    ANNOTATION = ("-a", "--annotation", "KEY VALUE", "annotation value in KEY VALUE format")
    ANNOTATION_FILE = (
        "-A",
        "--annotation-file",
        "FILE",
        "FILE with annotation values as a JSON object",
    )
    FEED_PARAM = ("-F", "--feed-param", "KEY VALUE", "parameter for the feed action only")
    TRIGGER_PARAM = ("-T", "--trigger-param", "KEY VALUE", "parameter for the trigger only")
    PARAM_FROM = (
        "",
        "--param-from",
        "KEY FILE",
        "parameter whose value is what FILE holds (- is the standard input)",
    )
    DATA = (
        "",
        "--data",
        "JSON",
        "all parameters as one JSON object, or @FILE, or - for the standard input",
    )
    ENV = ("", "--env", "KEY VALUE", "environment variable of the action")
    ENV_FILE = (
        "",
        "--env-file",
        "FILE",
        "FILE with environment variables, KEY=VALUE lines or JSON",
    )

    @property
    def short(self) -> str:
        """The spelling with one dash, or the empty string."""
        return self.value[0]

    @property
    def long(self) -> str:
        """The spelling with two dashes."""
        return self.value[1]

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every spelling."""
        return tuple(each for each in self.value[:2] if each)

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
        """Whether one token follows, such as the name of a file, rather than a key and a value."""
        return self in (Input.PARAM_FILE, Input.ANNOTATION_FILE, Input.ENV_FILE, Input.DATA)

    @property
    def complaint(self) -> str:
        """How an error about the tokens of this flag begins."""
        if self in (Input.PARAM, Input.PARAM_FILE, Input.PARAM_FROM, Input.DATA):
            return "The parameter arguments are invalid: "
        if self in (Input.ANNOTATION, Input.ANNOTATION_FILE):
            return "The annotation arguments are invalid: "
        return ""


PARAMETERS = frozenset({Input.PARAM, Input.PARAM_FILE, Input.PARAM_FROM})
PAYLOAD = PARAMETERS | {Input.DATA}
ENVIRONMENT = frozenset({Input.ENV, Input.ENV_FILE})
ANNOTATIONS = frozenset({Input.ANNOTATION, Input.ANNOTATION_FILE})
FEED_INPUTS = frozenset({Input.FEED_PARAM, Input.TRIGGER_PARAM})


STANDARD_INPUT = "-"
"""In place of the name of a file."""


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
    """Replace the text of every flag that names a file by what the file holds.

    Raises:
        CliError: A file is missing or unreadable: exit 2; the standard input is named twice:
            exit 1; with the usage hint.
    """
    given = tuple(given)
    if sum(_source(each) == STANDARD_INPUT for each in given) > 1:
        raise UsageError(
            "Failed to parse arguments: the standard input ('-') can be read only once"
        )
    return tuple(_read(each) for each in given)


def _source(given: Given) -> str | None:
    """The file that a flag names, ``-`` for the standard input, ``None`` if it names none."""
    if given.flag is Input.PARAM_FROM:
        return given.text
    if given.flag is Input.DATA:
        is_named = given.key == STANDARD_INPUT or given.key.startswith("@")
        return given.key.removeprefix("@") if is_named else None
    return given.key if given.flag.is_file else None


def _read(given: Given) -> Given:
    source = _source(given)
    if source is not None:
        return replace(given, text=_content(source))
    return replace(given, text=given.key) if given.flag is Input.DATA else given


def _content(name: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
        return raw.decode("utf-8")
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
        pairs = _pairs(each)
        for key, value in pairs.items():
            merged.pop(key, None)
            merged[key] = value
    return merged


def _pairs(given: Given) -> JSONObject:
    if given.flag is Input.ENV:
        # The environment holds nothing but text.
        return {given.key: given.text}
    if given.flag is Input.ENV_FILE and not given.text.lstrip().startswith("{"):
        return _assignments(given)
    return _members(given) if given.flag.is_file else {given.key: parse_or_text(given.text)}


def _assignments(given: Given) -> JSONObject:
    """Read the lines of an environment file: ``KEY=VALUE``, perhaps quoted, ``#`` for comments."""
    found: JSONObject = {}
    for number, written in enumerate(given.text.splitlines(), start=1):
        line = written.strip().removeprefix("export ")
        if not line or line.startswith("#"):
            continue
        key, equals, value = line.partition("=")
        if not equals or not key.strip():
            raise UsageError(
                f"Invalid environment in the file '{given.key}', line {number}: "
                "a line is KEY=VALUE, or a comment that begins with #"
            )
        value = value.strip()
        is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
        found[key.strip()] = value[1:-1] if is_quoted else value
    return found


def _members(given: Given) -> JSONObject:
    noun = "annotation" if given.flag is Input.ANNOTATION_FILE else "parameter"
    where = "--data" if given.flag is Input.DATA else f"the file '{given.key}'"
    try:
        value = parse(given.text)
    except ValueError as problem:
        raise UsageError(f"Invalid {noun} argument in {where}: {problem}") from problem
    if not isinstance(value, dict):
        raise UsageError(
            f"Invalid {noun} argument in {where}: a JSON object is needed, "
            'such as {"name": "value"}'
        )
    return value

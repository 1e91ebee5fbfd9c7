"""JSON values whose numbers keep the text they came with: ``1.50`` and 40 digits survive."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import NoReturn, TypeAlias


@dataclass(frozen=True, slots=True)
class Number:
    """A JSON number: its text, exactly as it was read."""

    text: str


JSONValue: TypeAlias = "bool | int | str | Number | list[JSONValue] | dict[str, JSONValue] | None"
JSONObject: TypeAlias = dict[str, JSONValue]


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a JSON value")


_DECODER = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=_refuse)


def parse(text: str) -> JSONValue:
    """Read one JSON value; numbers become :class:`Number`.

    Args:
        text: A whole JSON document.

    Raises:
        ValueError: It is not one; the message says where.
    """
    try:
        value: JSONValue = _DECODER.decode(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return value


def parse_or_text(text: str) -> JSONValue:
    """Read a command-line value: JSON when it is valid JSON, otherwise the string itself."""
    try:
        return parse(text)
    except ValueError:
        return text


def members(value: JSONValue) -> JSONObject:
    """Give the members of an object, none for any other value."""
    return value if isinstance(value, dict) else {}


def items(value: JSONValue) -> list[JSONValue]:
    """Give the items of an array, none for any other value."""
    return value if isinstance(value, list) else []


def text_of(value: JSONValue) -> str:
    """Give a string member, the empty string for any other value."""
    return value if isinstance(value, str) else ""


def integer_of(value: JSONValue) -> int:
    """Give an integral number, 0 for any other value."""
    if isinstance(value, Number):
        try:
            return int(value.text)
        except ValueError:
            return 0
    return value if isinstance(value, int) and not isinstance(value, bool) else 0

"""JSON as people read it: four spaces, numbers and non-ASCII untouched, order kept or sorted.

**Source**: contracts/cli.md §3.4 and §10.
"""

from __future__ import annotations

import re
from typing import assert_never

from whisk_cli.jsonvalue import JSONValue, Number

_INDENT = "    "
_TO_ESCAPE = re.compile(r'[\x00-\x1f"\\\u2028\u2029\ud800-\udfff]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def pretty(value: JSONValue, *, sort: bool = False) -> str:
    """Write a JSON value over several lines.

    Args:
        value: The value.
        sort: Whether the members of objects are sorted by name; otherwise they keep their order.

    Returns:
        The text, without a final newline.
    """
    return _value(value, "\n", sort)


def compact(value: JSONValue) -> str:
    """Write a JSON value on one line, without blanks, as request bodies are sent."""
    if isinstance(value, dict):
        members = (f"{string(name)}:{compact(member)}" for name, member in value.items())
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(compact(item) for item in value) + "]"
    return _scalar(value)


def string(text: str) -> str:
    """Write a JSON string; line separators and lone surrogates are escaped, other text is not."""
    return '"' + _TO_ESCAPE.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return _SHORT.get(character) or f"\\u{ord(character):04x}"


def _value(value: JSONValue, newline: str, sort: bool) -> str:
    inner = newline + _INDENT
    if isinstance(value, dict):
        if not value:
            return "{}"
        names = sorted(value) if sort else list(value)
        members = (f"{string(name)}: {_value(value[name], inner, sort)}" for name in names)
        return "{" + inner + f",{inner}".join(members) + newline + "}"
    if isinstance(value, list):
        if not value:
            return "[]"
        return "[" + inner + f",{inner}".join(_value(v, inner, sort) for v in value) + newline + "]"
    return _scalar(value)


def _scalar(value: bool | int | str | Number | None) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return string(value)
    if isinstance(value, Number):
        return value.text
    if isinstance(value, int):
        return str(value)
    assert_never(value)

"""From the text of an argument to a value of the type that a command declares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from whisk_cli.argv import flag_error

_WHOLE = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")


def positionals(wanted: str, given: Sequence[str]) -> list[str]:
    """Give the positional arguments; commands take them as one list and count them themselves.

    Raises:
        TypeError: The command declares something else than a list of strings.
    """
    if wanted != "list[str]":
        raise TypeError("positional arguments are declared as list[str] | None")
    return list(given)


def option(wanted: str, given: Sequence[str | bool], shown: str) -> Any:
    """Convert the values of one flag; the last one wins unless a list is wanted.

    Args:
        wanted: The name of the type: ``bool``, ``int``, ``float``, ``str`` or ``list[str]``.
        given: The values, at least one.
        shown: The flag's spellings, for the error.

    Raises:
        CliError: The value is not a number; exit 1, without a prefix.
        TypeError: Another type is wanted.
    """
    last = given[-1]
    if wanted == "list[str]":
        return [str(each) for each in given]
    if wanted == "bool":
        return last is True
    if wanted == "str":
        return str(last)
    if wanted == "int":
        return int(_matched(_WHOLE, str(last), shown, "a whole number"))
    if wanted == "float":
        return float(_matched(_NUMBER, str(last), shown, "a number"))
    raise TypeError(f"a command cannot take {wanted}")


def _matched(pattern: re.Pattern[str], text: str, shown: str, needed: str) -> str:
    if not pattern.fullmatch(text):
        raise flag_error(f'invalid argument "{text}" for "{shown}" flag: {needed} is needed')
    return text

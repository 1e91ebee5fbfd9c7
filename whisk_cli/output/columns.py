"""Columns: what a noun shows of each of its documents, and how a cell is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from whisk_cli.errors import UsageError
from whisk_cli.jsonvalue import JSONObject, JSONValue, Number
from whisk_cli.render import jsontext

Take = Callable[[JSONObject], JSONValue]
"""Takes the value of a column out of a document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        name: In the header, and after ``--columns``.
        take: Its value.
        wide: Whether only ``-o wide`` and ``-o tsv`` show it unless it is asked for.
    """

    name: str
    take: Take
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """What the engine knows of a kind of document.

    Attributes:
        columns: All of its columns, in order; none for documents of any shape.
        name: What ``-o name`` writes.
    """

    columns: tuple[Column, ...] = ()
    name: Take


def path_of(*names: str) -> Take:
    """Take a member, or a member of a member."""

    def take(document: JSONObject) -> JSONValue:
        value: JSONValue = document
        for name in names:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    return take


def chosen(
    noun: Noun, wanted: Sequence[str], documents: Sequence[JSONObject], *, wide: bool
) -> list[Column]:
    """Choose the columns to show.

    Args:
        noun: The kind of document.
        wanted: Names, or dotted paths of members; none for the usual ones.
        documents: What will be shown; a path has to lead somewhere in one of them.
        wide: Whether the columns for wide tables are among the usual ones.

    Raises:
        CliError: A column is unknown: exit 1; the sentence names the known ones.
    """
    if not wanted:
        usual = [column for column in noun.columns if wide or not column.wide]
        return usual or _members_of(documents)
    by_name = {column.name.lower(): column for column in noun.columns}
    found: list[Column] = []
    for name in wanted:
        column = by_name.get(name.lower()) or _path(name, documents)
        if column is None:
            known = [each.name for each in noun.columns] or [
                each.name for each in _members_of(documents)
            ]
            raise UsageError(
                f"There is no column '{name}'. Choose from {', '.join(known)}, "
                "or name a member of the JSON document, such as limits.memory."
            )
        found.append(column)
    return found


def _path(name: str, documents: Sequence[JSONObject]) -> Column | None:
    take = path_of(*name.split("."))
    # Of nothing at all, anything may be shown.
    if documents and all(take(each) is None for each in documents):
        return None
    return Column(name=name, take=take)


def _members_of(documents: Sequence[JSONObject]) -> list[Column]:
    names = dict.fromkeys(name for each in documents for name in each)
    return [Column(name=name, take=path_of(name)) for name in names]


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def cell(value: JSONValue) -> str:
    """Write a value on one line; what would move the cursor is escaped."""
    if isinstance(value, str):
        return one_line(value)
    if value is None:
        return ""
    return value.text if isinstance(value, Number) else one_line(jsontext.compact(value))


def one_line(text: str) -> str:
    """Escape the control characters of a text."""
    return _CONTROL.sub(lambda found: _SHORT.get(found[0]) or f"\\x{ord(found[0]):02x}", text)

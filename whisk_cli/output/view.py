"""The engine: documents and a choice in, text on the console out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from whisk_cli.jsonvalue import JSONObject, JSONValue
from whisk_cli.output import secrets
from whisk_cli.output.choice import Choice
from whisk_cli.output.columns import Column, Noun, cell, chosen
from whisk_cli.output.nouns import FREE, NOUNS
from whisk_cli.render import jsontext

if TYPE_CHECKING:
    from whisk_cli.render.console import Console

_STREAMED = ("jsonl", "name", "tsv")
"""Formats whose lines do not depend on one another."""


def show(console: Console, choice: Choice, noun: str, value: JSONValue) -> None:
    """Write a document, or a list of documents, of a noun.

    Args:
        console: Where to.
        choice: How.
        noun: A key of :data:`NOUNS`.
        value: As the server sent it.

    Raises:
        CliError: The query or a column cannot be used.
    """
    if not choice.show_secrets:
        value = secrets.hidden_in_entity(value)
    _write(console, choice, NOUNS[noun], value)


def show_free(console: Console, choice: Choice, value: JSONValue) -> None:
    """Write a value of any shape, such as the result of an action.

    Raises:
        CliError: The query or a column cannot be used.
    """
    _write(console, choice, FREE, value)


def show_pages(
    console: Console, choice: Choice, noun: str, pages: Iterable[Sequence[JSONObject]]
) -> None:
    """Write a list that comes in pages; each at once where the format allows it.

    Raises:
        CliError: The query or a column cannot be used, or a page cannot be had.
    """
    if choice.query or choice.format not in _STREAMED:
        show(console, choice, noun, [each for page in pages for each in page])
        return
    for number, page in enumerate(pages):
        if number == 0 or page:
            show(console, _continued(choice) if number else choice, noun, [*page])
            console.flush()


def _continued(choice: Choice) -> Choice:
    from dataclasses import replace

    return replace(choice, header=False)


def _write(console: Console, choice: Choice, noun: Noun, value: JSONValue) -> None:
    if choice.query:
        from whisk_cli.output import query

        value, noun = query.search(choice.query, value), FREE
    if choice.format in ("json", "yaml", "jsonl"):
        _write_document(console, choice, noun, value)
    elif choice.format == "name":
        for each in _listed(value):
            console.line(cell(noun.name(each) if isinstance(each, dict) else each))
    else:
        _write_table(console, choice, noun, value)


def _write_document(console: Console, choice: Choice, noun: Noun, value: JSONValue) -> None:
    if choice.columns:
        value = _selected(choice, noun, value)
    if choice.format == "json":
        console.line(jsontext.pretty(value))
    elif choice.format == "jsonl":
        for each in _listed(value):
            console.line(jsontext.compact(each))
    else:
        from whisk_cli.output import yamltext

        console.line(yamltext.document(value))


def _selected(choice: Choice, noun: Noun, value: JSONValue) -> JSONValue:
    documents = [each for each in _listed(value) if isinstance(each, dict)]
    found = chosen(noun, choice.columns, documents, wide=True)
    rows: list[JSONValue] = [{each.name: each.take(row) for each in found} for row in documents]
    return rows if isinstance(value, list) else (rows[0] if rows else None)


def _write_table(console: Console, choice: Choice, noun: Noun, value: JSONValue) -> None:
    if isinstance(value, dict) and not noun.columns and not choice.columns:
        rows: list[JSONObject] = [{"name": name, "value": value[name]} for name in value]
    else:
        rows = [each if isinstance(each, dict) else {"value": each} for each in _listed(value)]
    wide = choice.format != "table"
    columns = chosen(noun, choice.columns, rows, wide=wide)
    cells = [[cell(column.take(row)) for column in columns] for row in rows]
    if choice.format == "tsv":
        _write_separated(console, columns, cells, header=choice.header)
    else:
        _write_aligned(console, columns, cells, header=choice.header)


def _write_separated(
    console: Console, columns: Sequence[Column], cells: Sequence[Sequence[str]], *, header: bool
) -> None:
    if header and columns:
        console.line("\t".join(column.name for column in columns))
    for row in cells:
        console.line("\t".join(row))


def _write_aligned(
    console: Console, columns: Sequence[Column], cells: Sequence[Sequence[str]], *, header: bool
) -> None:
    names = [column.name for column in columns]
    filled = [[each or "-" for each in row] for row in cells]
    widths = [max(map(len, column)) for column in zip(names, *filled, strict=True)]
    for row in ([names] if header and names else []) + filled:
        padded = "  ".join(f"{each:<{width}}" for each, width in zip(row, widths, strict=True))
        line = padded.rstrip()
        console.line(console.bold(line) if row is names else line)


def _listed(value: JSONValue) -> list[JSONValue]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]

"""Plain tables: a bold header and rows, each column as wide as its widest cell."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from whisk_cli.render.console import Console


def show(
    console: Console,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Collection[int] = (),
) -> None:
    """Write a table to stdout; an empty one is its header.

    Args:
        console: Where to.
        header: The names of the columns.
        rows: As many cells each; the last one is never padded.
        right: The columns, from 0, whose cells stand at their right side.
    """
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    for row in (header, *rows):
        padded = [
            f"{cell:>{width}}" if number in right else f"{cell:<{width}}"
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        line = "  ".join(padded).rstrip()
        console.line(console.bold(line) if row is header else line)

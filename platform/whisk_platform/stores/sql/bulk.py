"""Many rows with one statement.

A driver gives up the interpreter's lock for each statement it steps through and has to win it
back. Beside a busy event loop that costs more than the write itself, row by row seconds instead of
milliseconds: so a statement takes as many rows as are there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import chain, repeat
from typing import Any

from sqlalchemy import Column, Connection, select

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
"""Rows in one statement; few sizes, so that the driver's cache holds every statement."""


class Bulk:
    """A statement over any number of rows, which does nothing about a row it has met before.

    Args:
        text: the SQL for so many rows, with ``?`` for each value.
    """

    def __init__(self, text: Callable[[int], str]) -> None:
        self._text = text

    def run(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> int:
        """Execute it for the rows, in order.

        Returns:
            How many rows of the table it changed.
        """
        changed = 0
        for start in range(0, len(rows), SIZES[-1]):
            some = rows[start : start + SIZES[-1]]
            size = SIZES[bisect_left(SIZES, len(some))]
            # The last row again and again makes the next size full.
            filled = chain(some, repeat(some[-1], size - len(some)))
            values = tuple(chain.from_iterable(filled))
            changed += connection.exec_driver_sql(self._texts[size], values).rowcount
        return changed

    @cached_property
    def _texts(self) -> dict[int, str]:
        return {size: self._text(size) for size in SIZES}


def insertion(table: str, columns: Sequence[str], *, unique: str) -> Bulk:
    """Insert rows; one whose ``unique`` column is there already changes nothing.

    Args:
        table: its name.
        columns: in the order of each row's values.
        unique: a column with a unique index.
    """
    head = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
    group = f"({', '.join('?' * len(columns))})"
    tail = f" ON CONFLICT ({unique}) DO NOTHING"
    return Bulk(lambda rows: head + ", ".join([group] * rows) + tail)


def by_key(start: str, column: str) -> Bulk:
    """A statement about the rows with certain keys, as in ``DELETE FROM t`` and ``id``."""
    return Bulk(lambda rows: f"{start} WHERE {column} IN ({', '.join('?' * rows)})")


def keys_among(connection: Connection, column: Column[bytes], keys: Sequence[bytes]) -> set[bytes]:
    """Which of the keys stand in a column."""
    found: set[bytes] = set()
    for start in range(0, len(keys), SIZES[-1]):
        some = keys[start : start + SIZES[-1]]
        found.update(connection.execute(select(column).where(column.in_(some))).scalars())
    return found

"""What the records of each namespace take: known without counting them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from whisk_platform.stores.sql.records import COLUMNS
from whisk_platform.stores.sql.schema import usage

ROW_BYTES = 165
"""What a record takes beside its result, its log and its details: row and three index entries."""

SIZED = ("details", "result", "logs")
"""Columns whose length varies much."""

_NAMESPACE = COLUMNS.index("namespace")
_PLACES = tuple(COLUMNS.index(name) for name in SIZED)
_ADD = (
    f"INSERT INTO {usage.name} (namespace, records, bytes) VALUES (?, ?, ?) ON CONFLICT (namespace)"
    " DO UPDATE SET records = max(0, records + excluded.records),"
    " bytes = max(0, bytes + excluded.bytes)"
)


class Use(NamedTuple):
    """So much of it."""

    records: int
    bytes: int


class Usage:
    """The sums, in the database and, as they were committed, in memory.

    Changes are made on the writer's thread; what is in memory may be read on any.
    """

    def __init__(self) -> None:
        self._of: dict[int, Use] = {}
        self._pending: dict[int, Use] = {}

    def load(self, connection: Connection) -> None:
        """Read what is in the database."""
        self._of = {row.namespace: Use(*row[1:]) for row in connection.execute(select(usage))}

    def of_namespaces(self) -> Mapping[int, Use]:
        """By the number of the namespace; a copy."""
        return dict(self._of)

    def total(self) -> Use:
        """Of all namespaces together."""
        uses = list(self._of.values())
        return Use(sum(use.records for use in uses), sum(use.bytes for use in uses))

    def add(self, connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
        """Enter rows of records that are written in the open transaction."""
        self._change(connection, ((row[_NAMESPACE], _size(row)) for row in rows), 1)

    def take(self, connection: Connection, sizes: Iterable[tuple[int, int]]) -> None:
        """Take out records that are deleted in the open transaction: namespace and bytes each."""
        self._change(connection, sizes, -1)

    def settle(self, committed: bool) -> None:
        """Learn how the transaction ended."""
        pending, self._pending = self._pending, {}
        if committed and pending:
            self._of = {**self._of, **{n: _sum(self._of.get(n), pending[n]) for n in pending}}

    def _change(
        self, connection: Connection, sizes: Iterable[tuple[object, int]], sign: int
    ) -> None:
        changes: dict[int, list[int]] = {}
        for namespace, size in sizes:
            assert isinstance(namespace, int)
            change = changes.setdefault(namespace, [0, 0])
            change[0] += sign
            change[1] += sign * size
        for namespace, (records, size) in changes.items():
            connection.exec_driver_sql(_ADD, (namespace, records, size))
            before = self._pending.get(namespace, Use(0, 0))
            self._pending[namespace] = Use(before.records + records, before.bytes + size)


def _size(row: tuple[object, ...]) -> int:
    total = ROW_BYTES
    for place in _PLACES:
        value = row[place]
        if value is not None:
            total += len(value)  # type: ignore[arg-type]
    return total


def _sum(before: Use | None, change: Use) -> Use:
    if before is None:
        before = Use(0, 0)
    return Use(max(0, before.records + change.records), max(0, before.bytes + change.bytes))

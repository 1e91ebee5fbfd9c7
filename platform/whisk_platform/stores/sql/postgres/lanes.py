"""The hot writes: many rows with one statement, given as one array for each column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from whisk_platform.common.ids import ActivationId
from whisk_platform.spi.stores import JournalEntry
from whisk_platform.stores.sql.lane import Lane
from whisk_platform.stores.sql.lanes import Record, RecordLane
from whisk_platform.stores.sql.postgres.partitions import DAY_OF_ID
from whisk_platform.stores.sql.records import COLUMNS, to_key
from whisk_platform.stores.sql.usage import ROW_BYTES, SIZED, Usage

TAKEN = " + ".join([str(ROW_BYTES), *(f"coalesce(length({name}), 0)" for name in SIZED)])
"""SQL: what a record takes."""

ORIGIN_LOCK = 0x57486975
"""The number of the advisory lock of those who enter namespaces, sources and templates."""

_TYPES = {"namespace": "int4", "source": "int4", "template": "int4", "status": "int2"} | {
    name: "int8" for name in ("start", "elapsed", "duration", "size", "settled")
}
_ARRAYS = ", ".join(f"%b::{_TYPES.get(name, 'bytea')}[]" for name in COLUMNS)
_NAMES = ", ".join(COLUMNS)

# A record may come twice, from another process or after a commit that nobody saw: it counts once.
_RECORD = f"""
WITH written AS (
    INSERT INTO activations ({_NAMES})
    SELECT * FROM unnest({_ARRAYS})
    ON CONFLICT (id) DO NOTHING
    RETURNING id, namespace, {TAKEN} AS taken
)
INSERT INTO usage (day, namespace, records, bytes)
SELECT {DAY_OF_ID}, namespace, count(*), sum(taken) FROM written GROUP BY 1, 2 ORDER BY 1, 2
ON CONFLICT (day, namespace) DO UPDATE
SET records = usage.records + excluded.records, bytes = usage.bytes + excluded.bytes
"""
_ACCEPT = """
INSERT INTO journal (owner, id, started, message)
SELECT %b, * FROM unnest(%b::bytea[], %b::bool[], %b::bytea[])
ON CONFLICT (id) DO NOTHING
"""
_START = "UPDATE journal SET started = true WHERE id = ANY(%b::bytea[])"
_CLOSE = "DELETE FROM journal WHERE id = ANY(%b::bytea[])"
_OBSOLETE = """
DELETE FROM journal WHERE id = ANY(%b::bytea[])
AND EXISTS (SELECT FROM activations WHERE activations.id = journal.id)
"""
_NOTE = """
INSERT INTO accepted (activation, controller, invoker, work)
SELECT * FROM unnest(%b::bytea[], %b::int4[], %b::int4[], %b::bytea[]) AS g (id, c, i, w)
WHERE NOT EXISTS (SELECT FROM activations WHERE activations.id = g.id)
ON CONFLICT (activation) DO UPDATE
SET controller = excluded.controller, invoker = excluded.invoker, work = excluded.work
"""
_SETTLE = "DELETE FROM accepted WHERE activation = ANY(%b::bytea[])"


class PostgresAcceptLane(Lane):
    """Items: sequences of ``JournalEntry``.

    Args:
        owner: who accepts.
    """

    def __init__(self, owner: str) -> None:
        self._owner = owner

    def write(
        self, connection: Connection, items: Sequence[Sequence[JournalEntry]]
    ) -> Sequence[None]:
        """Enter accepted work."""
        entries = [entry for item in items for entry in item]
        if entries:
            keys = [to_key(entry.activation_id) for entry in entries]
            started = [entry.started for entry in entries]
            messages = [entry.message for entry in entries]
            connection.exec_driver_sql(_ACCEPT, (self._owner, keys, started, messages))
            # A blocking call may have ended while its entry was on its way.
            ended = [key for key, begun in zip(keys, started, strict=True) if begun]
            if ended:
                connection.exec_driver_sql(_OBSOLETE, (ended,))
        return [None] * len(items)


class PostgresStartLane(Lane):
    """Items: activation ids."""

    def write(self, connection: Connection, items: Sequence[ActivationId]) -> Sequence[None]:
        """Mark entries as started."""
        connection.exec_driver_sql(_START, ([to_key(each) for each in items],))
        return [None] * len(items)


class PostgresRecordLane(RecordLane):
    """Items: ``Record``.

    Args:
        entries: keys of activations that may have an entry in the journal.
    """

    def __init__(self, entries: set[bytes]) -> None:
        # The sums of several processes are in the database alone.
        super().__init__({}, entries, Usage())

    def write(self, connection: Connection, items: Sequence[Record]) -> Sequence[None]:
        """Write records, and close what was open about them, in the same transaction."""
        if any(item.shape is not None for item in items):
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ORIGIN_LOCK})
        for item in items:
            self.enter(connection, item)
        keys = [item.key for item in items]
        closed = [key for key in keys if key in self.entries]
        if closed:
            connection.exec_driver_sql(_CLOSE, (closed,))
        connection.exec_driver_sql(_SETTLE, (keys,))
        rows = [item.row for item in items if item.row is not None]
        if rows:
            columns = tuple(map(list, zip(*rows, strict=True)))
            connection.exec_driver_sql(_RECORD, columns)
        return [None] * len(items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """Work that was handed to the broker; with ``invoker`` None it has ended."""

    key: bytes
    controller: int
    invoker: int | None
    work: bytes


class AcceptedLane(Lane):
    """Items: ``Noted``."""

    def write(self, connection: Connection, items: Sequence[Noted]) -> Sequence[None]:
        """Write what is open at the end of the batch, and remove what has ended in it."""
        last = {item.key: item for item in items}
        noted: list[tuple[Any, ...]] = [
            (each.key, each.controller, each.invoker, each.work)
            for each in last.values()
            if each.invoker is not None
        ]
        ended = [each.key for each in last.values() if each.invoker is None]
        if noted:
            columns = tuple(map(list, zip(*noted, strict=True)))
            connection.exec_driver_sql(_NOTE, columns)
        if ended:
            connection.exec_driver_sql(_SETTLE, (ended,))
        return [None] * len(items)

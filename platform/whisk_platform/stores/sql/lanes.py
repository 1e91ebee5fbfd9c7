"""The hot writes, many rows to a statement: the journal of accepted work, and records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.expression import Executable

from whisk_platform.common.ids import ActivationId
from whisk_platform.entities.activation import Activation
from whisk_platform.spi.stores import JournalEntry
from whisk_platform.stores.sql import templates
from whisk_platform.stores.sql.origins import Origins
from whisk_platform.stores.sql.records import COLUMNS, row, to_key
from whisk_platform.stores.sql.schema import activations, journal


def _text(statement: Executable) -> str:
    """A statement's SQL, compiled once: its values are passed as tuples in the order given."""
    return str(statement.compile(dialect=sqlite.dialect()))  # type: ignore[attr-defined]


_ACCEPT = _text(
    sqlite.insert(journal)
    .values({name: bindparam(name) for name in ("id", "started", "message")})
    .on_conflict_do_nothing(index_elements=["id"])
)
_START = _text(update(journal).where(journal.c.id == bindparam("of_id")).values(started=True))
_CLOSE = _text(delete(journal).where(journal.c.id == bindparam("of_id")))
_RECORD = _text(
    sqlite.insert(activations)
    .values({name: bindparam(name) for name in COLUMNS})
    .on_conflict_do_nothing(index_elements=["id"])
)


class AcceptLane:
    """Items: sequences of ``JournalEntry``."""

    def write(
        self, connection: Connection, items: Sequence[Sequence[JournalEntry]]
    ) -> Sequence[None]:
        """Enter accepted work."""
        rows: list[Any] = [
            (to_key(entry.activation_id), entry.started, entry.message)
            for entries in items
            for entry in entries
        ]
        if rows:
            connection.exec_driver_sql(_ACCEPT, rows)
        return [None] * len(items)

    def settle(self, items: Sequence[Any], committed: bool) -> None:
        """Nothing to remember."""


class StartLane:
    """Items: activation ids."""

    def write(self, connection: Connection, items: Sequence[ActivationId]) -> Sequence[None]:
        """Mark entries as started."""
        rows: list[Any] = [(True, to_key(activation_id)) for activation_id in items]
        connection.exec_driver_sql(_START, rows)
        return [None] * len(items)

    def settle(self, items: Sequence[Any], committed: bool) -> None:
        """Nothing to remember."""


class RecordLane:
    """Items: pairs of an activation and whether it is to be recorded.

    Args:
        unwritten: the records that wait, by id; those that are written are taken out.
    """

    def __init__(self, unwritten: dict[ActivationId, Activation]) -> None:
        self._unwritten = unwritten
        self._origins = Origins()

    def write(
        self, connection: Connection, items: Sequence[tuple[Activation, bool]]
    ) -> Sequence[None]:
        """Write records, and close their journal entries in the same transaction."""
        rows: list[Any] = []
        closed: list[Any] = []
        for activation, record in items:
            closed.append((to_key(activation.activation_id),))
            if record:
                shape, details = templates.split(activation)
                origin = self._origins.of(connection, shape)
                rows.append(row(activation, origin, details))
        if rows:
            connection.exec_driver_sql(_RECORD, rows)
        connection.exec_driver_sql(_CLOSE, closed)
        return [None] * len(items)

    def settle(self, items: Sequence[tuple[Activation, bool]], committed: bool) -> None:
        """Forget what is in the database now."""
        self._origins.settle(committed)
        if committed:
            for activation, _ in items:
                self._unwritten.pop(activation.activation_id, None)

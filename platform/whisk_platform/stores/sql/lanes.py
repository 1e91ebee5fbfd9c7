"""The hot writes: the journal of accepted work, and the records that close its entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from whisk_platform.common.ids import ActivationId
from whisk_platform.common.logging import get_logger
from whisk_platform.common.positions import Position
from whisk_platform.entities.activation import Activation
from whisk_platform.spi.stores import JournalEntry
from whisk_platform.stores.sql import bulk, templates
from whisk_platform.stores.sql.lane import Lane
from whisk_platform.stores.sql.ledger import Ledger, Open
from whisk_platform.stores.sql.origins import Origins
from whisk_platform.stores.sql.records import COLUMNS, row, to_key
from whisk_platform.stores.sql.schema import activations, journal
from whisk_platform.stores.sql.templates import Shape
from whisk_platform.stores.sql.usage import Usage

_log = get_logger("stores")

_ACCEPT = bulk.insertion(journal.name, ("id", "started", "message"), unique="id")
_START = bulk.by_key(f"UPDATE {journal.name} SET started = 1", "id")
_CLOSE = bulk.by_key(f"DELETE FROM {journal.name}", "id")
_OBSOLETE = bulk.by_key(
    f"DELETE FROM {journal.name}", f"id IN (SELECT id FROM {activations.name}) AND id"
)
_RECORD = bulk.insertion(activations.name, COLUMNS, unique="id")


MOVED_ROWS = 2_000
"""Entries that go from the ledger into the table in one transaction."""


class AcceptLane(Lane):
    """Items: sequences of ``JournalEntry``; an empty one lets the ledger's entries come along.

    Args:
        ledger: the file that accepted work usually stands in; None = there is none.
        entries: keys of activations that may have an entry in the table.
    """

    def __init__(self, ledger: Ledger | None, entries: set[bytes]) -> None:
        self._ledger = ledger
        self._entries = entries
        self._moving: Sequence[Open] = ()

    def write(
        self, connection: Connection, items: Sequence[Sequence[JournalEntry]]
    ) -> Sequence[None]:
        """Enter accepted work."""
        self._moving = self._leaving()
        if self._moving:
            self._entries.update(entry.key for entry in self._moving)
            move(connection, self._moving)
        rows = [
            (to_key(entry.activation_id), entry.started, entry.message)
            for entries in items
            for entry in entries
        ]
        _ACCEPT.run(connection, rows)
        # A blocking call may have ended while its entry was on its way: it needs none any more.
        _OBSOLETE.run(connection, [(key,) for key, started, _ in rows if started])
        return [None] * len(items)

    def settle(self, items: Sequence[Sequence[JournalEntry]], committed: bool) -> None:
        """Let the ledger forget what stands in the table now."""
        moving, self._moving = self._moving, ()
        if moving and committed and self._ledger is not None:
            self._ledger.moved(moving)

    def _leaving(self) -> Sequence[Open]:
        """The last few entries of a ledger that takes no more, so that it can begin anew."""
        ledger = self._ledger
        if ledger is None or ledger.takes or not ledger:
            return ()
        return ledger.take(MOVED_ROWS) if ledger.paused or len(ledger) <= MOVED_ROWS else ()


def move(connection: Connection, entries: Sequence[Open]) -> None:
    """Write entries of the ledger into the table, also those that stand there already."""
    _ACCEPT.run(connection, [(entry.key, entry.started, entry.message) for entry in entries])
    _START.run(connection, [(entry.key,) for entry in entries if entry.started])


class StartLane(Lane):
    """Items: activation ids."""

    def write(self, connection: Connection, items: Sequence[ActivationId]) -> Sequence[None]:
        """Mark entries as started."""
        _START.run(connection, [(to_key(activation_id),) for activation_id in items])
        return [None] * len(items)


@dataclass(slots=True, eq=False)
class Record:
    """A record on its way to the database."""

    activation: Activation
    key: bytes
    position: Position
    row: tuple[object, ...] | None
    """None = only the entry is closed, or the origin is not known yet."""
    shape: Shape | None = None
    """What to enter as an origin; None = it is known, or nothing is recorded."""
    details: bytes | None = None
    replayed: bool = False
    """Whether it comes from a file and may be in the database already."""


class RecordLane(Lane):
    """Items: ``Record``.

    Args:
        unwritten: the records that wait, by id; those that are written are taken out.
        entries: keys of activations that may have an entry in the journal's table.
        usage: what the records take.
        ledger: where their entries may stand instead; None = there is none.
    """

    def __init__(
        self,
        unwritten: dict[ActivationId, Activation],
        entries: set[bytes],
        usage: Usage,
        ledger: Ledger | None = None,
    ) -> None:
        self._ledger = ledger
        self.unwritten = unwritten
        """The records that wait in memory, by id."""
        self.entries = entries
        """Keys of activations that may have an entry in the journal's table."""
        self._usage = usage
        self._origins = Origins()

    def record(
        self, activation: Activation, position: Position, record: bool, *, replayed: bool = False
    ) -> Record:
        """Make an item, as far as that goes without the database.

        Args:
            activation: what is to be recorded.
            position: its own.
            record: False = only the journal's entry is to be closed.
            replayed: whether it comes from a file and may be in the database already.

        Raises:
            ValueError: the activation's id or cause is no activation id.
        """
        key = to_key(activation.activation_id)
        if not record:
            return Record(activation, key, position, None, replayed=replayed)
        shape, details = templates.split(activation)
        origin = self._origins.known(shape)
        if origin is None:
            return Record(activation, key, position, None, shape, details, replayed)
        made = row(activation, key, position, origin, details)
        return Record(activation, key, position, made, replayed=replayed)

    def write(self, connection: Connection, items: Sequence[Record]) -> Sequence[None]:
        """Write records, and close their journal entries in the same transaction."""
        for item in items:
            self.enter(connection, item)
        there = _already(connection, items)
        rows = [i.row for i in items if i.row is not None and i.key not in there]
        _RECORD.run(connection, rows)
        self._usage.add(connection, rows)
        _CLOSE.run(connection, [(item.key,) for item in items if item.key in self.entries])
        return [None] * len(items)

    def enter(self, connection: Connection, item: Record) -> None:
        """Complete the row of a record whose origin was not known yet."""
        if item.shape is not None:
            origin = self._origins.enter(connection, item.shape)
            item.row = row(item.activation, item.key, item.position, origin, item.details)

    def settle(self, items: Sequence[Record], committed: bool) -> None:
        """Forget what is in the database now."""
        self._origins.settle(committed)
        self._usage.settle(committed)
        if committed:
            for item in items:
                self.unwritten.pop(item.activation.activation_id, None)
                self.entries.discard(item.key)
            if self._ledger:
                self._ledger.close_entries([item.key for item in items])

    def parked(self, item: Record) -> None:
        """It is found in the file from now on."""
        self.unwritten.pop(item.activation.activation_id, None)

    def refuse(self, item: Record, error: Exception) -> None:
        """Give up a record that the database can never take, and say so, loudly."""
        self.unwritten.pop(item.activation.activation_id, None)
        _log.error(
            "activation_record_unwritable",
            activation_id=item.activation.activation_id,
            error=f"{type(error).__name__}: {error}",
        )


def _already(connection: Connection, items: Sequence[Record]) -> set[bytes]:
    """Which of those that come from a file were written before the process was killed."""
    keys = [item.key for item in items if item.replayed]
    return bulk.keys_among(connection, activations.c.id, keys)

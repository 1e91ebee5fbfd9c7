"""Records and the journal: writes queue for the next batch, reads find the queued ones too.

Source: contracts rest-api §2.6; design.md §5, Delivery.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from whisk_platform.common.counters import COUNTERS
from whisk_platform.common.errors import StoreError, StoreFullError
from whisk_platform.common.ids import ActivationId, is_activation_id
from whisk_platform.common.positions import Position, new_position
from whisk_platform.entities.activation import Activation
from whisk_platform.entities.printed import characters
from whisk_platform.spi.stores import ActivationFilter, Beginning, JournalEntry, Settled
from whisk_platform.stores.sql import records, selection, templates
from whisk_platform.stores.sql.access import Reading
from whisk_platform.stores.sql.lanes import Record, RecordLane
from whisk_platform.stores.sql.ledger import Ledger
from whisk_platform.stores.sql.records import READ
from whisk_platform.stores.sql.schema import AnyRow, AnySelect, journal, namespaces
from whisk_platform.stores.sql.schema import activations as table
from whisk_platform.stores.sql.schema import templates as template_table
from whisk_platform.stores.sql.spill import Spill
from whisk_platform.stores.sql.templates import Template
from whisk_platform.stores.sql.writer import Writer

RECORD_BYTES = 1_000
"""What a queued record takes in memory beside its result and logs, roughly."""

TEMPLATES_CACHED = 20_000

FULL = [table.c[name] for name in READ]
SUMMARY = [table.c[name] for name in READ if name not in ("result", "logs")]
SETTLED = [*SUMMARY, table.c.settled]


class StoreBusyError(StoreError):
    """Too many activation records wait to be written. Repeat the request a little later."""

    status = 503


class SqlActivationStore:
    """The ``ActivationStore`` over SQL.

    Args:
        writer: where writes go.
        lanes: numbers of the writer's lanes for accepted work, started marks and records.
        records: the lane of records itself.
        readers: who reads.
        spill: where records wait that the database cannot take yet; None = nowhere.
        ledger: where accepted work stands at first; None = in the journal's table at once.
    """

    def __init__(
        self,
        writer: Writer,
        *,
        lanes: tuple[int, int, int],
        records: RecordLane,
        readers: Reading,
        spill: Spill[Record] | None,
        ledger: Ledger | None,
    ) -> None:
        self._writer = writer
        self._ledger = ledger
        self._accept_lane, self._start_lane, self._record_lane = lanes
        self._records = records
        self._unwritten = records.unwritten
        self._entries = records.entries
        self._readers = readers
        self._spill = spill
        self._templates: dict[int, Template] = {}

    def try_accept(self, *entries: JournalEntry) -> bool:
        """Write entries of accepted work at once; see the port."""
        if not self.has_room():
            raise StoreFullError if self._writer.full else StoreBusyError
        ledger = self._ledger
        if ledger is None or self._writer.full or any(entry.started for entry in entries):
            # On a full disk the writer tells whether it still is. And a blocking call may end
            # while its entry is on its way: only the table can tell.
            return False
        COUNTERS.db_writes_before_reply += 1
        return ledger.append(
            [(records.to_key(entry.activation_id), entry.message) for entry in entries]
        )

    async def accept(self, *entries: JournalEntry) -> None:
        """Write entries of accepted work; durable when this returns."""
        if self.try_accept(*entries):
            return
        size = sum(len(entry.message) for entry in entries)
        self._entries.update(records.to_key(entry.activation_id) for entry in entries)
        await self._writer.submit(self._accept_lane, entries, size)

    def try_mark_started(self, activation_id: ActivationId) -> bool:
        """Note at once that user code is about to see the work; see the port."""
        return self._ledger is not None and self._ledger.start(records.to_key(activation_id))

    async def mark_started(self, activation_id: ActivationId) -> None:
        """Note, durably, that user code is about to see the work."""
        if not self.try_mark_started(activation_id):
            await self._writer.submit(self._start_lane, activation_id)

    async def pending(self) -> Sequence[JournalEntry]:
        """Every entry that no record has closed, oldest first."""
        query = select(journal).order_by(journal.c.sequence)

        def read(connection: Connection) -> Sequence[JournalEntry]:
            newest = [] if self._ledger is None else self._ledger.entries()
            known = {entry.key for entry in newest}
            rows = [row for row in connection.execute(query) if row.id not in known]
            return [
                *(_entry(row.id, row.message, row.started) for row in rows),
                *(_entry(entry.key, entry.message, entry.started) for entry in newest),
            ]

        return await self._readers.run(read)

    def store(self, activation: Activation, *, record: bool = True) -> Position:
        """Queue a record for the next batch, which also closes its journal entry, if any."""
        position = new_position()
        item = self._records.record(activation, position, record)
        if record:
            self._unwritten[activation.activation_id] = activation
        size = RECORD_BYTES + len(memoryview(activation.response.result))
        if activation.logs:
            size += characters(activation.logs)
        self._writer.defer(self._record_lane, item, size)
        return position

    def has_room(self) -> bool:
        """Whether the queue of unwritten records is short enough to take on more work."""
        return self._writer.has_room()

    def unwritten(self) -> int:
        """How many records wait to be written."""
        return self._writer.deferred_items

    async def flush(self) -> None:
        """Wait until everything queued so far is written.

        Raises:
            StoreError: an attempt failed; what is queued stays queued and is tried again.
        """
        await self._writer.flush()

    async def get(self, namespace: str, activation_id: ActivationId) -> Activation | None:
        """Read one record, the unwritten ones included."""
        waiting = self._unwritten.get(activation_id)
        if waiting is not None:
            return waiting if waiting.namespace == namespace else None
        if not is_activation_id(activation_id):
            return None
        parked = None if self._spill is None else self._spill.find(records.to_key(activation_id))
        if parked is not None and parked.activation.namespace == namespace:
            return parked.activation
        query = (
            select(*FULL)
            .join(namespaces, namespaces.c.id == table.c.namespace)
            .where(table.c.id == records.to_key(activation_id), namespaces.c.name == namespace)
        )

        def read(connection: Connection) -> Activation | None:
            found = self._decoded(connection, namespace, query, docs=True)
            return found[0] if found else None

        return await self._readers.run(read)

    async def list(
        self, wanted: ActivationFilter, *, skip: int, limit: int, docs: bool
    ) -> Sequence[Activation]:
        """A page, newest ``start`` first; without ``docs`` result and logs are left empty."""

        def read(connection: Connection) -> Sequence[Activation]:
            matching = selection.matching(connection, wanted)
            if not matching:
                return []
            columns = FULL if docs else SUMMARY
            page = selection.page(matching, columns, skip, limit)
            return self._decoded(connection, wanted.namespace, page, docs=docs)

        return await self._readers.run(read)

    async def count(self, wanted: ActivationFilter) -> int:
        """How many records the filter matches."""

        def read(connection: Connection) -> int:
            return sum(
                connection.execute(query.with_only_columns(func.count())).scalar_one()
                for query in selection.matching(connection, wanted)
            )

        return await self._readers.run(read)

    async def beginning(
        self, wanted: ActivationFilter, *, after: int, upto: int, most: int
    ) -> Beginning:
        """Where a history has to begin; see the port."""
        columns = (table.c.settled,)

        def read(connection: Connection) -> Beginning:
            query, complete = selection.settled_between(connection, wanted, columns, after, upto)
            if query is None:
                return Beginning(after=after, complete=True)
            older = query.order_by(table.c.sequence.desc()).offset(most).limit(1)
            newest_left_out = connection.execute(older).scalar_one_or_none()
            if newest_left_out is None:
                return Beginning(after=after, complete=complete)
            return Beginning(after=newest_left_out, complete=False)

        return await self._readers.run(read)

    async def history(
        self, wanted: ActivationFilter, *, after: int, upto: int, limit: int
    ) -> Sequence[Settled]:
        """Written records in the order in which they were handed over; see the port."""

        def read(connection: Connection) -> Sequence[Settled]:
            query, _ = selection.settled_between(connection, wanted, SETTLED, after, upto)
            if query is None:
                return []
            rows = connection.execute(query.order_by(table.c.sequence).limit(limit)).all()
            known = self._templates_of(connection, rows)
            return [
                Settled(
                    position=Position(row.settled),
                    activation=records.activation(wanted.namespace, known, row, docs=False),
                )
                for row in rows
            ]

        return await self._readers.run(read)

    def _decoded(
        self, connection: Connection, namespace: str, query: AnySelect, *, docs: bool
    ) -> Sequence[Activation]:
        rows = connection.execute(query).all()
        known = self._templates_of(connection, rows)
        return [records.activation(namespace, known, row, docs=docs) for row in rows]

    def _templates_of(self, connection: Connection, rows: Sequence[AnyRow]) -> dict[int, Template]:
        """The templates of some rows; they never change, so those seen once are remembered."""
        numbers = {row.template for row in rows}
        known = {n: self._templates[n] for n in numbers if n in self._templates}
        missing = numbers - known.keys()
        if missing:
            query = select(template_table.c.id, template_table.c.body).where(
                template_table.c.id.in_(missing)
            )
            read = {row.id: templates.decode(row.body) for row in connection.execute(query)}
            if len(self._templates) > TEMPLATES_CACHED:
                self._templates = {}
            self._templates.update(read)
            known |= read
        return known


def _entry(key: bytes, message: bytes, started: bool) -> JournalEntry:
    return JournalEntry(activation_id=records.to_id(key), message=message, started=started)

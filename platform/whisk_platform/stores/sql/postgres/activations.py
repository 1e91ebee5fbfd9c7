"""Records in partitions: lists in the order of (start, id), histories by position.

Source: contracts rest-api §2.6; design.md §5, Delivery.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select, union_all

from whisk_platform.common.positions import Position
from whisk_platform.entities.activation import Activation
from whisk_platform.spi.stores import ActivationFilter, Beginning, JournalEntry, Settled
from whisk_platform.stores.sql import records, selection
from whisk_platform.stores.sql.access import Reading
from whisk_platform.stores.sql.activations import FULL, SETTLED, SUMMARY, SqlActivationStore
from whisk_platform.stores.sql.lanes import Record
from whisk_platform.stores.sql.postgres.lanes import PostgresRecordLane
from whisk_platform.stores.sql.postgres.schema import journal
from whisk_platform.stores.sql.schema import AnySelect
from whisk_platform.stores.sql.schema import activations as table
from whisk_platform.stores.sql.spill import Spill
from whisk_platform.stores.sql.writer import Writer


class PostgresActivationStore(SqlActivationStore):
    """The ``ActivationStore`` over PostgreSQL.

    Args:
        writer: where writes go.
        lanes: numbers of the writer's lanes for accepted work, started marks and records.
        records: the lane of records itself.
        readers: who reads.
        spill: where records wait that the database cannot take yet; None = nowhere.
        owner: whose journal this is.
    """

    def __init__(
        self,
        writer: Writer,
        *,
        lanes: tuple[int, int, int],
        records: PostgresRecordLane,
        readers: Reading,
        spill: Spill[Record] | None,
        owner: str,
    ) -> None:
        super().__init__(
            writer, lanes=lanes, records=records, readers=readers, spill=spill, ledger=None
        )
        self._owner = owner

    async def pending(self) -> Sequence[JournalEntry]:
        """Every entry of this process's that no record has closed, oldest first."""
        mine = select(journal).where(journal.c.owner == self._owner).order_by(journal.c.sequence)

        def read(connection: Connection) -> Sequence[JournalEntry]:
            return [
                JournalEntry(
                    activation_id=records.to_id(row.id), message=row.message, started=row.started
                )
                for row in connection.execute(mine)
            ]

        return await self._readers.run(read)

    async def list(
        self, wanted: ActivationFilter, *, skip: int, limit: int, docs: bool
    ) -> Sequence[Activation]:
        """A page, newest ``start`` first; without ``docs`` result and logs are left empty."""

        def read(connection: Connection) -> Sequence[Activation]:
            matching = selection.matching(connection, wanted)
            if not matching:
                return []
            query = page(matching, FULL if docs else SUMMARY, skip, limit)
            return self._decoded(connection, wanted.namespace, query, docs=docs)

        return await self._readers.run(read)

    async def beginning(
        self, wanted: ActivationFilter, *, after: int, upto: int, most: int
    ) -> Beginning:
        """Where a history has to begin; see the port."""

        def read(connection: Connection) -> Beginning:
            number = selection.number_of(connection, wanted.namespace)
            if number is None:
                return Beginning(after=after, complete=True)
            # Filters are applied to no more than the newest of the namespace.
            all_of_it = _between(number, after, upto).order_by(table.c.settled.desc())
            reach = all_of_it.offset(selection.REACH).limit(1)
            floor: int | None = connection.execute(reach).scalar_one_or_none()
            found = _narrowed(connection, _between(number, floor or after, upto), number, wanted)
            older = found.order_by(table.c.settled.desc()).offset(most).limit(1)
            left_out: int | None = connection.execute(older).scalar_one_or_none()
            if left_out is not None:
                return Beginning(after=left_out, complete=False)
            return Beginning(after=floor or after, complete=floor is None)

        return await self._readers.run(read)

    async def history(
        self, wanted: ActivationFilter, *, after: int, upto: int, limit: int
    ) -> Sequence[Settled]:
        """Written records in the order of their positions; see the port.

        Processes do not agree on positions, so that two records may have the same: those come
        together, even if there are more than ``limit`` then.
        """

        def read(connection: Connection) -> Sequence[Settled]:
            number = selection.number_of(connection, wanted.namespace)
            if number is None:
                return []
            query = _between(number, after, upto).with_only_columns(*SETTLED)
            query = _narrowed(connection, query, number, wanted).order_by(table.c.settled)
            rows = connection.execute(query.fetch(limit, with_ties=True)).all()
            known = self._templates_of(connection, rows)
            return [
                Settled(
                    position=Position(row.settled),
                    activation=records.activation(wanted.namespace, known, row, docs=False),
                )
                for row in rows
            ]

        return await self._readers.run(read)


def page(found: Sequence[AnySelect], columns: Sequence[Any], skip: int, limit: int) -> AnySelect:
    """The newest of all ranges together, each read no further than the page reaches."""
    newest = (table.c.start.desc(), table.c.id.desc())
    if len(found) == 1:
        query = found[0].with_only_columns(*columns)
        return query.order_by(*newest).limit(limit or None).offset(skip)
    reach = skip + limit if limit else None
    heads = [
        select(each.with_only_columns(*columns).order_by(*newest).limit(reach).subquery())
        for each in found
    ]
    merged = union_all(*heads).subquery()
    ordered = select(merged).order_by(merged.c.start.desc(), merged.c.id.desc())
    return ordered.limit(limit or None).offset(skip)


def _between(number: int, after: int, upto: int) -> AnySelect:
    """Positions of a namespace's records in a range."""
    return select(table.c.settled).where(
        table.c.namespace == number, table.c.settled > after, table.c.settled <= upto
    )


def _narrowed(
    connection: Connection, query: AnySelect, number: int, wanted: ActivationFilter
) -> AnySelect:
    if wanted.name is not None:
        sources = selection.sources_of(connection, number, wanted.name)
        query = query.where(table.c.source.in_(sources))
    return selection.narrowed(query, wanted)

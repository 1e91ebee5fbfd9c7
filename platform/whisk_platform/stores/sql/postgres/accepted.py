"""What was handed to the broker: written in batches by the writer of records.

An entry goes in the transaction that writes the record, whichever process writes it; one that comes
after its record is left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, delete, exists, select, update

from whisk_platform.common.ids import ActivationId
from whisk_platform.spi.membership import Accepted
from whisk_platform.stores.sql.postgres.lanes import Noted
from whisk_platform.stores.sql.postgres.schema import accepted as table
from whisk_platform.stores.sql.postgres.sessions import Sessions
from whisk_platform.stores.sql.records import to_id, to_key
from whisk_platform.stores.sql.schema import AnyRow, activations
from whisk_platform.stores.sql.writer import Writer

ENTRY_BYTES = 200
"""What a queued entry takes in memory beside its work, roughly."""

_RECORDED = exists().where(activations.c.id == table.c.activation)


class PostgresAcceptedWork:
    """The ``AcceptedWork`` in the table ``accepted``.

    Args:
        writer: where writes go.
        lane: number of the writer's lane for it.
        sessions: how the database is reached otherwise.
    """

    def __init__(self, writer: Writer, lane: int, sessions: Sessions) -> None:
        self._writer = writer
        self._lane = lane
        self._sessions = sessions

    def note(self, work: Accepted) -> None:
        """Queue an entry; see the port."""
        self._defer(
            Noted(
                key=to_key(work.activation_id),
                controller=work.controller,
                invoker=work.invoker,
                work=work.work,
            )
        )

    def settle(self, activation_id: ActivationId) -> None:
        """Queue the end of work; see the port."""
        self._defer(Noted(key=to_key(activation_id), controller=0, invoker=None, work=b""))

    async def flush(self) -> None:
        """Wait until everything queued so far is written; see the port."""
        await self._writer.flush()

    async def open(
        self, *, controller: int | None = None, invoker: int | None = None
    ) -> Sequence[Accepted]:
        """What has no record yet; see the port."""
        conditions: list[ColumnElement[bool]] = [~_RECORDED]
        if controller is not None:
            conditions.append(table.c.controller == controller)
        if invoker is not None:
            conditions.append(table.c.invoker == invoker)
        query = select(table).where(*conditions).order_by(table.c.activation)
        return await self._sessions.run(lambda c: [_entry(row) for row in c.execute(query)])

    async def take_over(self, controller: int, *, by: int) -> Sequence[Accepted]:
        """Become the owner of all open work of a controller that is gone; see the port."""
        of_it = table.c.controller == controller
        ended = delete(table).where(of_it, _RECORDED)
        moved = update(table).where(of_it).values(controller=by).returning(table)

        def change(connection: Connection) -> Sequence[Accepted]:
            connection.execute(ended)
            return [_entry(row) for row in connection.execute(moved)]

        taken = await self._sessions.alone(change)
        return sorted(taken, key=lambda entry: entry.activation_id)

    def _defer(self, noted: Noted) -> None:
        self._writer.defer(self._lane, noted, ENTRY_BYTES + len(noted.work))


def _entry(row: AnyRow) -> Accepted:
    return Accepted(
        activation_id=to_id(row.activation),
        controller=row.controller,
        invoker=row.invoker,
        work=row.work,
    )

"""The PostgreSQL engine as one of the ``stores``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from whisk_platform.common.clock import SystemClock
from whisk_platform.common.errors import StateDirectoryError, StoreError
from whisk_platform.common.logging import get_logger
from whisk_platform.common.metrics import Family
from whisk_platform.common.positions import go_on_from
from whisk_platform.spi.stores import Stores
from whisk_platform.stores.sealing import Sealer
from whisk_platform.stores.sql import packing
from whisk_platform.stores.sql.artifacts import SqlArtifactStore
from whisk_platform.stores.sql.backlog import Backlog
from whisk_platform.stores.sql.lanes import Record
from whisk_platform.stores.sql.postgres import keys, partitions, upgrade
from whisk_platform.stores.sql.postgres.accepted import PostgresAcceptedWork
from whisk_platform.stores.sql.postgres.activations import PostgresActivationStore
from whisk_platform.stores.sql.postgres.engine import make_engine
from whisk_platform.stores.sql.postgres.lanes import (
    AcceptedLane,
    PostgresAcceptLane,
    PostgresRecordLane,
    PostgresStartLane,
)
from whisk_platform.stores.sql.postgres.membership import PostgresMembership
from whisk_platform.stores.sql.postgres.metrics import store_metrics
from whisk_platform.stores.sql.postgres.retention import Retention
from whisk_platform.stores.sql.postgres.schema import journal
from whisk_platform.stores.sql.postgres.sessions import Sessions
from whisk_platform.stores.sql.postgres.settings import PostgresSettings
from whisk_platform.stores.sql.schema import activations
from whisk_platform.stores.sql.settings import MAX_WINDOW_MS
from whisk_platform.stores.sql.spill import Spill
from whisk_platform.stores.sql.subjects import SqlSubjectStore
from whisk_platform.stores.sql.writer import Writer

_ACCEPTS, _STARTS, _RECORDS, _ACCEPTED = range(4)
_TRIAL = bytes(16)
"""No activation has this id."""

_log = get_logger("stores")


def provide(settings: PostgresSettings) -> Stores:
    """Make the stores of one database; ``open`` connects them."""
    return PostgresStores(settings)


class PostgresStores:
    """Three stores over one PostgreSQL database, and the tables that a cluster shares."""

    def __init__(self, settings: PostgresSettings) -> None:
        self._settings = settings
        self._open: _Open | None = None

    @property
    def artifacts(self) -> SqlArtifactStore:
        """Entities."""
        return self._opened.artifacts

    @property
    def activations(self) -> PostgresActivationStore:
        """Records and journal."""
        return self._opened.activations

    @property
    def subjects(self) -> SqlSubjectStore:
        """Subjects and limits."""
        return self._opened.subjects

    @property
    def membership(self) -> PostgresMembership:
        """Which processes there are."""
        return self._opened.membership

    @property
    def accepted(self) -> PostgresAcceptedWork:
        """What was handed to the broker."""
        return self._opened.accepted

    @property
    def retention(self) -> Retention:
        """What deletes."""
        return self._opened.retention

    @property
    def sealer(self) -> Sealer:
        """What seals and opens this deployment's secrets."""
        return self._opened.sealer

    @property
    def transactions(self) -> int:
        """Commits of the writer of records since ``open``."""
        return self._opened.writer.transactions

    async def rotate_master_key(self) -> int:
        """Seal every secret with the master key that former ones were replaced by; see the port."""
        if not self._settings.former_keys:
            raise StateDirectoryError(
                "The master key was given to this platform, so it cannot replace it. Start every"
                " process with a new one and with this one as a former key; then repeat."
            )
        return await keys.renew(self._opened.sessions, self._opened.sealer)

    def metrics(self) -> Iterator[Family]:
        """How much there is, how old it is, what was deleted and what waits."""
        opened = self._opened
        now_ms = SystemClock().now_ms()
        return store_metrics(opened.retention, opened.backlog, opened.spill, now_ms)

    async def open(self) -> None:
        """Connect, migrate, verify."""
        sealer = Sealer(self._settings.master_key, *self._settings.former_keys)
        records = await asyncio.to_thread(_prepare, self._settings, sealer)
        spill = _spill(self._settings, records)
        left = None if spill is None else await asyncio.to_thread(spill.open)
        if left is not None:
            go_on_from(left.position)
        self._open = _assemble(self._settings, sealer, records, spill)

    async def check_writable(self) -> None:
        """Write something that leaves no trace; see the port."""
        await self._opened.sessions.submit(0, _write_and_remove)

    async def close(self) -> None:
        """Write what is queued and disconnect. Never raises."""
        opened, self._open = self._open, None
        if opened is None:
            return
        await opened.retention.close()
        await opened.writer.close()
        await opened.sessions.close()
        lost = opened.backlog.in_memory()
        if lost:
            _log.error("activation_records_lost", count=lost)
        if opened.spill is not None:
            opened.spill.close()

    @property
    def _opened(self) -> _Open:
        if self._open is None:
            raise StoreError("The store is not open.")
        return self._open


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """What exists between ``open`` and ``close``."""

    writer: Writer
    backlog: Backlog
    sessions: Sessions
    spill: Spill[Record] | None
    retention: Retention
    sealer: Sealer
    artifacts: SqlArtifactStore
    activations: PostgresActivationStore
    subjects: SqlSubjectStore
    membership: PostgresMembership
    accepted: PostgresAcceptedWork


def _prepare(settings: PostgresSettings, sealer: Sealer) -> PostgresRecordLane:
    """Migrate, check the key, and read what this process needs to know."""
    engine = make_engine(settings, binary=False)
    try:
        with engine.begin() as connection:
            upgrade.prepare(connection)
            keys.check(connection, sealer)
        with engine.begin() as connection:
            partitions.make(connection, partitions.day_of(SystemClock().now_ms()))
        with engine.begin() as connection:
            newest = select(activations.c.settled).order_by(activations.c.id.desc()).limit(1)
            go_on_from(connection.execute(newest).scalar_one_or_none() or 0)
            mine = select(journal.c.id).where(journal.c.owner == settings.owner)
            return PostgresRecordLane(set(connection.execute(mine).scalars()))
    except SQLAlchemyError as error:
        raise StateDirectoryError(
            f"The database cannot be used: {_words(error)} Make sure that the server runs, and that"
            " the DSN names it and a database that the user may change."
        ) from error


def _words(error: SQLAlchemyError) -> str:
    """The first line of what the server or its client said."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    first = said[0].rstrip(". ") if said else "it gave no reason"
    return f"{first}."


def _write_and_remove(connection: Connection) -> None:
    connection.execute(
        insert(journal), {"owner": "", "id": _TRIAL, "started": False, "message": b""}
    )
    connection.execute(delete(journal).where(journal.c.id == _TRIAL))


def _spill(settings: PostgresSettings, records: PostgresRecordLane) -> Spill[Record] | None:
    directory = settings.spill_directory
    if directory is None or not settings.spill_bytes:
        return None
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Spill(
        directory,
        settings.spill_bytes,
        pack=packing.pack,
        unpack=lambda packed: packing.unpack(records, packed),
        key_of=lambda item: item.key,
    )


def _assemble(
    settings: PostgresSettings,
    sealer: Sealer,
    records: PostgresRecordLane,
    spill: Spill[Record] | None,
) -> _Open:
    backlog = Backlog(
        spill,
        _RECORDS,
        most_items=settings.queue_records,
        most_bytes=settings.queue_bytes,
        # With several processes there is none anyway.
        ordered=False,
    )
    writer = Writer(
        make_engine(settings),
        (PostgresAcceptLane(settings.owner), PostgresStartLane(), records, AcceptedLane()),
        backlog,
        window_s=min(settings.window_ms, MAX_WINDOW_MS) / 1_000,
        committed=lambda: None,
    )
    sessions = Sessions(settings)
    opened = _Open(
        writer=writer,
        backlog=backlog,
        sessions=sessions,
        spill=spill,
        retention=Retention(settings.retention, sessions, SystemClock().now_ms),
        sealer=sealer,
        artifacts=SqlArtifactStore(sessions, 0, sessions),
        activations=PostgresActivationStore(
            writer,
            lanes=(_ACCEPTS, _STARTS, _RECORDS),
            records=records,
            readers=sessions,
            spill=spill,
            owner=settings.owner,
        ),
        subjects=SqlSubjectStore(sessions, 0, sessions, sealer),
        membership=PostgresMembership(sessions),
        accepted=PostgresAcceptedWork(writer, _ACCEPTED, sessions),
    )
    writer.start()
    opened.retention.start()
    return opened

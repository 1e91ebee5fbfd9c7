"""The SQLite engine as one of the ``stores``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, insert, select

from whisk_platform.common.clock import SystemClock
from whisk_platform.common.errors import StateDirectoryError, StoreError
from whisk_platform.common.logging import get_logger
from whisk_platform.common.metrics import Family
from whisk_platform.common.positions import go_on_from
from whisk_platform.spi.stores import Stores, Subject
from whisk_platform.stores.masterkeys import is_being_replaced, read_sealer
from whisk_platform.stores.sealing import Sealer
from whisk_platform.stores.sql import packing, rotation, statedirectory
from whisk_platform.stores.sql.activations import SqlActivationStore
from whisk_platform.stores.sql.artifacts import SqlArtifactStore
from whisk_platform.stores.sql.backlog import Backlog
from whisk_platform.stores.sql.bulk import keys_among
from whisk_platform.stores.sql.engine import DATABASE_FILE, reading_engine, writing_engine
from whisk_platform.stores.sql.failures import translation
from whisk_platform.stores.sql.lane import Calls
from whisk_platform.stores.sql.lanes import (
    AcceptLane,
    Record,
    RecordLane,
    StartLane,
    move,
)
from whisk_platform.stores.sql.ledger import Ledger
from whisk_platform.stores.sql.logsync import LogSync
from whisk_platform.stores.sql.metrics import store_metrics
from whisk_platform.stores.sql.readers import Readers
from whisk_platform.stores.sql.retention import Retention
from whisk_platform.stores.sql.rotation import FileStep, Key, Progress, Rotation, TableStep
from whisk_platform.stores.sql.schema import activations, journal
from whisk_platform.stores.sql.settings import MAX_WINDOW_MS, SqliteSettings
from whisk_platform.stores.sql.spill import Spill
from whisk_platform.stores.sql.subjects import SqlSubjectStore, read_subjects
from whisk_platform.stores.sql.usage import Usage
from whisk_platform.stores.sql.writer import Writer

_CALLS, _ACCEPTS, _STARTS, _RECORDS = range(4)
_TRIAL = bytes(16)
"""No activation has this id."""
_log = get_logger("stores")


def provide(settings: SqliteSettings) -> Stores:
    """Make the stores of one state directory; ``open`` connects them."""
    return SqliteStores(settings)


class SqliteStores:
    """Three stores over one SQLite file."""

    def __init__(self, settings: SqliteSettings) -> None:
        self._settings = settings
        self._open: _Open | None = None
        self._rotating = asyncio.Lock()

    @property
    def artifacts(self) -> SqlArtifactStore:
        """Entities."""
        return self._opened.artifacts

    @property
    def activations(self) -> SqlActivationStore:
        """Records and journal."""
        return self._opened.activations

    @property
    def subjects(self) -> SqlSubjectStore:
        """Subjects and limits."""
        return self._opened.subjects

    @property
    def sealer(self) -> Sealer:
        """What seals and opens this deployment's secrets."""
        return self._opened.sealer

    async def rotate_master_key(self) -> int:
        """Seal every secret with a new master key; see the port."""
        if self._settings.master_key is not None:
            raise StateDirectoryError(
                "The master key was given to this platform, so it cannot replace it. Replace it"
                " where it comes from."
            )
        async with self._rotating:
            renewed = 0
            # What a table holds is sealed anew, so meanwhile nothing may be elsewhere.
            await _empty_ledger(self._opened)
            try:
                for step in Rotation(self._settings.directory, self._opened.sealer).steps():
                    if isinstance(step, FileStep):
                        await asyncio.to_thread(step.run)
                    else:
                        renewed += await self._all_rows(step)
            finally:
                self._resume_ledger()
            return renewed

    def _resume_ledger(self) -> None:
        opened = self._open
        if opened is not None and opened.ledger is not None:
            opened.ledger.resume()

    async def _all_rows(self, step: TableStep) -> int:
        """Carry out a step in as many transactions as it takes."""
        renewed = 0
        last: Key | None = 0
        while last is not None:
            progress: Progress = await self._opened.writer.submit(
                _CALLS, lambda connection, after=last: step.run(connection, after)
            )
            last = progress.last
            renewed += progress.renewed
        return renewed

    @property
    def usage(self) -> Usage:
        """What the records take."""
        return self._opened.usage

    def metrics(self) -> Iterator[Family]:
        """How much there is, how old it is, what was deleted and what waits."""
        opened = self._opened
        return store_metrics(
            self._settings.directory,
            opened.usage,
            opened.retention,
            opened.backlog,
            opened.spill,
            SystemClock().now_ms(),
        )

    @property
    def transactions(self) -> int:
        """Commits since ``open``."""
        return self._opened.writer.transactions

    async def open(self) -> None:
        """Connect, migrate, verify."""
        engine = writing_engine(self._settings.directory, self._settings.durability)

        def prepare() -> _Prepared:
            statedirectory.make(self._settings.directory)
            sealer = statedirectory.prepare(engine, self._settings)
            sync, ledger = _ledger(self._settings, engine)
            if self._settings.master_key is None and is_being_replaced(self._settings.directory):
                rotation.finish(engine, self._settings.directory, sealer)
            usage = Usage()
            with translation(), engine.connect() as connection:
                newest = select(activations.c.settled).order_by(activations.c.sequence.desc())
                go_on_from(connection.execute(newest.limit(1)).scalar_one_or_none() or 0)
                entries = set(connection.execute(select(journal.c.id)).scalars())
                usage.load(connection)
            records = RecordLane({}, entries, usage, ledger)
            spill = _spill(self._settings, records)
            left = None if spill is None else spill.open()
            if left is not None:
                go_on_from(left.position)
            return _Prepared(sealer, usage, records, spill, sync, ledger)

        self._open = _assemble(self._settings, engine, await asyncio.to_thread(prepare))

    async def check_writable(self) -> None:
        """Write something that leaves no trace; see the port."""
        await self._opened.writer.submit(_CALLS, _write_and_remove)

    async def close(self) -> None:
        """Write what is queued and disconnect. Never raises."""
        opened, self._open = self._open, None
        if opened is None:
            return
        # The writer's connection is the last to go: only it can fold the log into the database.
        await opened.retention.close()
        await opened.readers.close()
        with suppress(StoreError):
            await _empty_ledger(opened)
        await opened.writer.close()
        lost = opened.backlog.in_memory()
        if lost:
            _log.error("activation_records_lost", count=lost)
        if opened.spill is not None:
            opened.spill.close()
        if opened.sync is not None:
            await asyncio.to_thread(opened.sync.stop)
        if opened.ledger is not None:
            opened.ledger.close()

    @property
    def _opened(self) -> _Open:
        if self._open is None:
            raise StoreError("The store is not open.")
        return self._open


def read_all_subjects(directory: Path, master_key: bytes | None = None) -> Sequence[Subject]:
    """Read every subject with its keys from a state directory, also of a running platform.

    Args:
        directory: the state directory.
        master_key: as in the settings.

    Raises:
        StateDirectoryError: there is no database, or no key to open its secrets.
        StoreError: the database cannot be read.
    """
    sealer = Sealer(master_key) if master_key else read_sealer(directory)
    if sealer is None or not (directory / DATABASE_FILE).is_file():
        raise StateDirectoryError(
            f"{directory} holds no state of a platform. Give the right one with --state-dir."
        )
    with translation(), reading_engine(directory).connect() as connection:
        return read_subjects(connection, sealer)


def _write_and_remove(connection: Connection) -> None:
    # The pages that this touches go to the disk, although they end as they were.
    connection.execute(insert(journal), {"id": _TRIAL, "started": False, "message": b""})
    connection.execute(delete(journal).where(journal.c.id == _TRIAL))


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What was found in the state directory."""

    sealer: Sealer
    usage: Usage
    records: RecordLane
    spill: Spill[Record] | None
    sync: LogSync | None
    ledger: Ledger | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """What exists between ``open`` and ``close``."""

    writer: Writer
    backlog: Backlog
    readers: Readers
    sync: LogSync | None
    spill: Spill[Record] | None
    ledger: Ledger | None
    usage: Usage
    retention: Retention
    sealer: Sealer
    artifacts: SqlArtifactStore
    activations: SqlActivationStore
    subjects: SqlSubjectStore


def _spill(settings: SqliteSettings, records: RecordLane) -> Spill[Record] | None:
    if not settings.spill_bytes:
        return None
    return Spill(
        settings.directory,
        settings.spill_bytes,
        pack=packing.pack,
        unpack=lambda packed: packing.unpack(records, packed),
        key_of=lambda item: item.key,
    )


def _ledger(settings: SqliteSettings, engine: Engine) -> tuple[LogSync | None, Ledger | None]:
    """The ledger, after what a former process left in it has gone into the table.

    Whether or not this one has a ledger: with ``fsync`` every entry waits for the disk, which the
    writer's transactions do for many at once.
    """
    sync = LogSync(settings.directory, _window_s(settings))
    ledger = Ledger(settings.directory, sync.committed, settings.ledger_bytes)
    left = ledger.open()
    with translation(), engine.begin() as connection:
        keys = [entry.key for entry in left]
        recorded = keys_among(connection, activations.c.id, keys)
        move(connection, [entry for entry in left if entry.key not in recorded])
    if settings.durability == "fsync":
        ledger.close()
        return None, None
    ledger.begin()
    return sync, ledger


async def _empty_ledger(opened: _Open) -> None:
    """Move all that is open in the ledger into the table, a little in each transaction."""
    ledger = opened.ledger
    if ledger is None:
        return
    ledger.pause()
    while ledger:
        await opened.writer.submit(_ACCEPTS, ())


def _window_s(settings: SqliteSettings) -> float:
    return min(settings.window_ms, MAX_WINDOW_MS) / 1_000


def _assemble(settings: SqliteSettings, engine: Engine, found: _Prepared) -> _Open:
    sync = found.sync
    backlog = Backlog(
        found.spill, _RECORDS, most_items=settings.queue_records, most_bytes=settings.queue_bytes
    )
    writer = Writer(
        engine,
        (
            Calls(found.usage.settle),
            AcceptLane(found.ledger, found.records.entries),
            StartLane(),
            found.records,
        ),
        backlog,
        window_s=_window_s(settings),
        committed=sync.committed if sync is not None else lambda: None,
    )
    readers = Readers(reading_engine(settings.directory), settings.readers)
    opened = _Open(
        writer=writer,
        backlog=backlog,
        readers=readers,
        sync=sync,
        spill=found.spill,
        ledger=found.ledger,
        usage=found.usage,
        retention=Retention(
            settings.retention, writer, _CALLS, readers, found.usage, SystemClock().now_ms
        ),
        sealer=found.sealer,
        artifacts=SqlArtifactStore(writer, _CALLS, readers),
        activations=SqlActivationStore(
            writer,
            lanes=(_ACCEPTS, _STARTS, _RECORDS),
            records=found.records,
            readers=readers,
            spill=found.spill,
            ledger=found.ledger,
        ),
        subjects=SqlSubjectStore(writer, _CALLS, readers, found.sealer),
    )
    writer.start()
    opened.retention.start()
    if sync is not None:
        sync.start()
    return opened

"""Retention: the oldest records go, in batches so small that no write waits long for one.

Records are written in the order in which activations ended, so what is oldest lies together: a
batch frees whole pages, which the next records fill.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy import ColumnElement, Connection, func, literal, select

from whisk_platform.common.errors import StoreError
from whisk_platform.common.logging import get_logger
from whisk_platform.stores.sql import bulk
from whisk_platform.stores.sql.readers import Readers
from whisk_platform.stores.sql.schema import AnyRow, AnySelect
from whisk_platform.stores.sql.schema import activations as table
from whisk_platform.stores.sql.settings import RetentionSettings
from whisk_platform.stores.sql.usage import ROW_BYTES, SIZED, Usage, Use
from whisk_platform.stores.sql.writer import Writer

BATCH = 512
"""Records deleted in one transaction."""

VACUUM_PAGES = 256
"""Pages given back to the file system in one transaction."""

SPARE_PAGES = 4_096
"""Free pages that are kept for the next records, however small the database."""

LOOK_S = 30.0
"""Pause between two looks at the age of the oldest record."""

_SIZE: ColumnElement[int] = literal(ROW_BYTES)
for _name in SIZED:
    _SIZE = _SIZE + func.coalesce(func.length(table.c[_name]), 0)
BOUNDS = ("age", "namespace", "total")
"""What a record can be beyond."""

_INCREMENTAL = 2
_FIRST = select(table.c.start).order_by(table.c.sequence).limit(1)
_EVERYTHING = Use(BATCH, 0)
_HEAD = select(table.c.sequence, table.c.namespace, _SIZE.label("bytes"), table.c.start)
_IN_ORDER = _HEAD.order_by(table.c.sequence)
_DELETE = bulk.by_key(f"DELETE FROM {table.name}", "sequence")
_log = get_logger("stores")


class Retention:
    """Deletes what is beyond the bounds.

    Args:
        settings: the bounds.
        writer: where deletions go.
        lane: the writer's lane for functions.
        readers: where is looked.
        usage: what there is.
        now_ms: tells the time.
    """

    def __init__(
        self,
        settings: RetentionSettings,
        writer: Writer,
        lane: int,
        readers: Readers,
        usage: Usage,
        now_ms: Callable[[], int],
    ) -> None:
        self._settings = settings
        self._writer = writer
        self._lane = lane
        self._readers = readers
        self._usage = usage
        self._now_ms = now_ms
        self._task: asyncio.Task[None] | None = None
        self._look_at = 0.0
        self._given_back_at = 0
        self.deleted: Counter[str] = Counter()
        """Records deleted so far, by the bound that they were beyond."""
        self.oldest_ms: int | None = None
        """Start of the oldest record when it was last looked at; None = there was none."""

    def start(self) -> None:
        """Begin to look, every few seconds, until ``close``."""
        self._task = asyncio.create_task(self._run(), name="store_retention")
        self._task.add_done_callback(_watch)

    async def close(self) -> None:
        """Stop looking."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def sweep(self) -> None:
        """Delete everything that is beyond a bound now.

        Raises:
            StoreError: the database takes no deletions; what was deleted until then is gone.
        """
        await self._by_age()
        await self._by_namespace()
        await self._by_total()
        if self.deleted.total() > self._given_back_at:
            self._given_back_at = self.deleted.total()
            await self._give_back()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._settings.every_s)
            try:
                await self.sweep()
            except StoreError as error:
                # A full disk takes no deletions either: their log needs room. The next look will.
                _log.warning("retention_failed", error=error.message)

    async def _by_age(self) -> None:
        clock = asyncio.get_running_loop().time()
        if clock < self._look_at:
            return
        self._look_at = clock + LOOK_S
        age_ms = self._settings.age_ms
        cutoff = self._now_ms() - age_ms if age_ms else 0
        self.oldest_ms = await self._readers.run(_oldest_start, upkeep=True)
        while self.oldest_ms is not None and self.oldest_ms < cutoff:
            await self._delete("age", _IN_ORDER, _EVERYTHING, before=cutoff)
            self.oldest_ms = await self._readers.run(_oldest_start, upkeep=True)

    async def _by_namespace(self) -> None:
        chosen = self._settings
        if not chosen.namespace_records and not chosen.namespace_bytes:
            return
        for number in self._usage.of_namespaces():
            oldest = _HEAD.where(table.c.namespace == number)
            oldest = oldest.order_by(table.c.start, table.c.sequence)
            while True:
                use = self._usage.of_namespaces()[number]
                most = _excess(use, chosen.namespace_records, chosen.namespace_bytes)
                if most is None or not await self._delete("namespace", oldest, most):
                    break

    async def _by_total(self) -> None:
        chosen = self._settings
        while most := _excess(self._usage.total(), chosen.records, chosen.bytes):
            if not await self._delete("total", _IN_ORDER, most):
                return

    async def _delete(
        self, bound: str, oldest: AnySelect, most: Use, *, before: int | None = None
    ) -> int:
        """Delete some of the oldest and say how many those were.

        Args:
            bound: for the count.
            oldest: all that may go, in order.
            most: until so many are gone and so many bytes.
            before: only those that started earlier.
        """
        query = oldest.limit(BATCH)

        def write(connection: Connection) -> int:
            doomed: list[AnyRow] = []
            size = 0
            for row in connection.execute(query):
                if len(doomed) >= most.records and size >= most.bytes:
                    break
                if before is None or row.start < before:
                    doomed.append(row)
                    size += row.bytes
            if doomed:
                _DELETE.run(connection, [(row.sequence,) for row in doomed])
                self._usage.take(connection, [(row.namespace, row.bytes) for row in doomed])
            return len(doomed)

        deleted: int = await self._writer.submit(self._lane, write)
        self.deleted[bound] += deleted
        return deleted

    async def _give_back(self) -> None:
        """Return pages to the file system where far more are free than will soon be filled."""
        while await self._writer.submit(self._lane, _vacuum):
            pass


def _oldest_start(connection: Connection) -> int | None:
    start: int | None = connection.execute(_FIRST).scalar_one_or_none()
    return start


def _excess(use: Use, records: int, size: int) -> Use | None:
    """What is too much; None = nothing. A bound of 0 is none."""
    excess = Use(
        max(0, use.records - records) if records else 0, max(0, use.bytes - size) if size else 0
    )
    return excess if use.records and any(excess) else None


def _vacuum(connection: Connection) -> bool:
    """Give some pages back; whether there are more that nobody needs soon."""
    free: int = connection.exec_driver_sql("PRAGMA freelist_count").scalar_one()
    pages: int = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    mode: int = connection.exec_driver_sql("PRAGMA auto_vacuum").scalar_one()
    if mode != _INCREMENTAL or free <= max(SPARE_PAGES, pages // 4):
        return False
    # It answers with no columns, one step for each page.
    driver = connection.connection.driver_connection
    assert driver is not None, "the connection is open"
    driver.execute(f"PRAGMA incremental_vacuum({VACUUM_PAGES})").fetchall()
    return True


def _watch(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.error("retention_ended", exc_info=task.exception())

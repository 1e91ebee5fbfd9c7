"""Retention: whole days go by dropping their partitions, the rest in small batches.

Every process looks; a lock lets one of them delete at a time, and the others pass.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, text

from whisk_platform.common.errors import StoreError
from whisk_platform.common.logging import get_logger
from whisk_platform.stores.sql.postgres import partitions
from whisk_platform.stores.sql.postgres.lanes import TAKEN
from whisk_platform.stores.sql.postgres.partitions import DAY_OF_ID
from whisk_platform.stores.sql.postgres.schema import OTHER, RECORDS
from whisk_platform.stores.sql.postgres.sessions import Sessions
from whisk_platform.stores.sql.settings import RetentionSettings
from whisk_platform.stores.sql.usage import Use

BATCH = 512
"""Records deleted in one transaction."""

RETENTION_LOCK = 0x57486976
"""The number of the advisory lock of the one who deletes."""

_FREE = text("SELECT pg_try_advisory_xact_lock(:key)").bindparams(key=RETENTION_LOCK)
_SUM = "SELECT coalesce(sum(records), 0)::bigint, coalesce(sum(bytes), 0)::bigint FROM usage"
_TOTAL = text(_SUM)
_OF_ONE = text(f"{_SUM} WHERE namespace = :namespace")
_OF_DAY = text(f"{_SUM} WHERE day = :day")
_OLDEST = text(f"SELECT start FROM {RECORDS} ORDER BY id LIMIT 1")
_OF_NAMESPACES = text(
    "SELECT namespace, sum(records)::bigint, sum(bytes)::bigint FROM usage GROUP BY namespace"
)
_OF_OLD = f"SELECT id, {TAKEN} AS taken FROM {OTHER} WHERE start < :before ORDER BY start"
_OF_NAMESPACE = (
    f"SELECT id, {TAKEN} AS taken FROM {RECORDS} WHERE namespace = :namespace ORDER BY start, id"
)
_OF_ALL = f"SELECT id, {TAKEN} AS taken FROM {RECORDS} ORDER BY id"


def _deletion(oldest: str) -> Any:
    """Delete the oldest until so many records are gone and so many bytes; say how many those were.

    Args:
        oldest: a query for ids and sizes, in order.
    """
    return text(
        f"""
        WITH head AS ({oldest} LIMIT {BATCH}),
        summed AS (
            SELECT id, row_number() OVER w AS place, sum(taken) OVER w - taken AS before
            FROM head WINDOW w AS (ROWS UNBOUNDED PRECEDING)
        ),
        gone AS (
            DELETE FROM {RECORDS} USING summed
            WHERE {RECORDS}.id = summed.id
            AND (summed.place <= :records OR summed.before < :bytes)
            RETURNING {RECORDS}.id AS id, {RECORDS}.namespace AS namespace, {TAKEN} AS taken
        ),
        sums AS (
            SELECT {DAY_OF_ID} AS day, namespace, count(*) AS records, sum(taken) AS bytes
            FROM gone GROUP BY 1, 2
        ),
        told AS (
            UPDATE usage SET records = greatest(0, usage.records - sums.records),
                bytes = greatest(0, usage.bytes - sums.bytes)
            FROM sums WHERE usage.day = sums.day AND usage.namespace = sums.namespace
        )
        SELECT count(*) FROM gone
        """
    )


_DELETE_OLD = _deletion(_OF_OLD)
_DELETE_OF_NAMESPACE = _deletion(_OF_NAMESPACE)
_DELETE_OLDEST = _deletion(_OF_ALL)
_EVERYTHING = Use(BATCH, 0)
_log = get_logger("stores")


class Retention:
    """Deletes what is beyond the bounds, and makes the partitions of days to come.

    Args:
        settings: the bounds.
        sessions: where is looked and deleted.
        now_ms: tells the time.
    """

    def __init__(
        self, settings: RetentionSettings, sessions: Sessions, now_ms: Callable[[], int]
    ) -> None:
        self._settings = settings
        self._sessions = sessions
        self._now_ms = now_ms
        self._task: asyncio.Task[None] | None = None
        self.deleted: Counter[str] = Counter()
        """Records deleted so far by this process, by the bound that they were beyond."""
        self.total = Use(0, 0)
        """What all records took when it was last looked at."""
        self.oldest_ms: int | None = None
        """Start of the oldest record then; None = there was none."""

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
        """Make what will be needed, and delete everything that is beyond a bound now.

        Raises:
            StoreError: the database takes no changes; what was deleted until then is gone.
        """
        today = partitions.day_of(self._now_ms())
        await self._sessions.alone(lambda connection: partitions.make(connection, today))
        await self._by_age()
        await self._by_namespace()
        await self._by_total()
        self.total = await self._use(_TOTAL)
        self.oldest_ms = await self._sessions.run(
            lambda connection: connection.execute(_OLDEST).scalar_one_or_none()
        )

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._settings.every_s)
            try:
                await self.sweep()
            except StoreError as error:
                _log.warning("retention_failed", error=error.message)

    async def _by_age(self) -> None:
        if not self._settings.age_ms:
            return
        before = self._now_ms() - self._settings.age_ms
        for day in await self._sessions.run(partitions.days):
            if day >= partitions.day_of(before) or await self._drop("age", day) is None:
                break
        while await self._delete("age", _DELETE_OLD, _EVERYTHING, before=before):
            pass

    async def _by_namespace(self) -> None:
        chosen = self._settings
        if not chosen.namespace_records and not chosen.namespace_bytes:
            return
        rows = await self._sessions.run(lambda c: c.execute(_OF_NAMESPACES).all())
        for namespace, records, size in rows:
            use = Use(records, size)
            while most := _excess(use, chosen.namespace_records, chosen.namespace_bytes):
                if not await self._delete(
                    "namespace", _DELETE_OF_NAMESPACE, most, namespace=namespace
                ):
                    break
                use = await self._use(_OF_ONE, namespace=namespace)

    async def _by_total(self) -> None:
        chosen = self._settings
        while most := _excess(await self._use(_TOTAL), chosen.records, chosen.bytes):
            # A day that goes as a whole costs nothing.
            days = await self._sessions.run(partitions.days)
            whole = await self._use(_OF_DAY, day=days[0]) if days else Use(0, 0)
            past = days and days[0] < partitions.day_of(self._now_ms())
            if past and (whole.records <= most.records or whole.bytes <= most.bytes):
                if await self._drop("total", days[0]) is None:
                    return
            elif not await self._delete("total", _DELETE_OLDEST, most):
                return

    async def _use(self, query: Any, **values: int) -> Use:
        return await self._sessions.run(lambda c: Use(*c.execute(query, values).one()))

    async def _drop(self, bound: str, day: int) -> int | None:
        """Drop a day; None = another process is at it."""

        def change(connection: Connection) -> int | None:
            if not connection.execute(_FREE).scalar_one():
                return None
            return partitions.drop(connection, day)

        dropped = await self._sessions.alone(change)
        self.deleted[bound] += dropped or 0
        return dropped

    async def _delete(self, bound: str, statement: Any, most: Use, **values: int) -> int:
        """Delete some of the oldest and say how many those were; 0 also if another one is at it."""

        def change(connection: Connection) -> int:
            if not connection.execute(_FREE).scalar_one():
                return 0
            amounts = {"records": most.records, "bytes": most.bytes}
            return int(connection.execute(statement, {**amounts, **values}).scalar_one())

        deleted = await self._sessions.alone(change)
        self.deleted[bound] += deleted
        return deleted


def _excess(use: Use, records: int, size: int) -> Use | None:
    """What is too much; None = nothing. A bound of 0 is none."""
    excess = Use(
        max(0, use.records - records) if records else 0, max(0, use.bytes - size) if size else 0
    )
    return excess if use.records and any(excess) else None


def _watch(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.error("retention_ended", exc_info=task.exception())

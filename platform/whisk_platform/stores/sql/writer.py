"""One thread that writes: what many callers hand in becomes one transaction.

Work is handed in through lanes (``lane``). Someone waits for *awaited* work, so it is written as
soon as the thread is free; *deferred* work waits for company up to the window, and for as long as
the disk is full.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from whisk_platform.common.counters import COUNTERS
from whisk_platform.common.errors import StoreError
from whisk_platform.stores.sql.backlog import Backlog, Deferred
from whisk_platform.stores.sql.failures import is_full, is_machine, ours
from whisk_platform.stores.sql.lane import Lane

BATCH_ITEMS = 2_000
"""Items in one transaction at most, so that none takes long."""

GATHER_S = 0.001
"""How long, at most, awaited work waits for as many callers as came together the last time."""

TRIAL_ITEMS = 64
"""Deferred items in a transaction after one that failed."""

RETRY_S = 0.25
"""Pause before deferred work that could not be written is tried again."""

CLOSING_S = 5.0
"""How long ``close`` goes on trying to write what is queued."""

CLOSED = "The store is closed."


@dataclass(slots=True, eq=False)
class _Awaited:
    lane: int
    item: Any
    future: asyncio.Future[Any]
    size: int


_Work: TypeAlias = _Awaited | Deferred


class Writer:
    """The writing thread and its queue.

    Args:
        engine: whose transactions take the write lock at once.
        lanes: in the order in which a transaction serves them.
        backlog: where deferred work waits; what is in it already is written first.
        window_s: how long deferred work may wait.
        committed: told after each commit, on the writer's thread.
    """

    def __init__(
        self,
        engine: Engine,
        lanes: Sequence[Lane],
        backlog: Backlog,
        *,
        window_s: float,
        committed: Callable[[], None],
    ) -> None:
        self._engine = engine
        self._lanes = lanes
        self._window_s = window_s
        self._committed = committed
        self._loop = asyncio.get_running_loop()
        self._changed = threading.Condition(threading.Lock())
        self._awaited: deque[_Awaited] = deque()
        self._awaited_bytes = 0
        self._backlog = backlog
        self._flushes: list[tuple[int, asyncio.Future[Any]]] = []
        self._deferred_in = len(backlog)
        self._deferred_out = 0
        self._due = 0.0
        self._retry_at = 0.0
        self._company = 1
        self._wake_at = 1
        self._stop_at: float | None = None
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._run, name="whisk-store-write", daemon=True)
        self.transactions = 0
        """Commits so far."""
        self.full = False
        """Whether the last attempt to write found the disk full."""

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    @property
    def queued_bytes(self) -> int:
        """Bytes of all work in memory that is not written yet, as its owners estimated them."""
        return self._awaited_bytes + self._backlog.bytes

    def has_room(self) -> bool:
        """Whether more work may come; on any thread."""
        return self._backlog.has_room()

    @property
    def deferred_items(self) -> int:
        """Deferred items that are not written yet."""
        return self._deferred_in - self._deferred_out

    async def submit(self, lane: int, item: Any, size: int = 0) -> Any:
        """Write one item and wait for its commit.

        Returns:
            The lane's outcome.

        Raises:
            StoreError: it was not written.
        """
        future = self._loop.create_future()
        with self._changed:
            if self._stop_at is not None:
                raise StoreError(CLOSED)
            self._awaited.append(_Awaited(lane, item, future, size))
            self._awaited_bytes += size
            if len(self._awaited) >= self._wake_at:
                self._changed.notify()
        COUNTERS.db_writes_before_reply += 1
        return await future

    def defer(self, lane: int, item: Any, size: int) -> None:
        """Queue one item for the next batch and return at once."""
        with self._changed:
            if not self._backlog:
                self._due = time.monotonic() + self._window_s
                self._changed.notify()
            if self._backlog.add(Deferred(lane, item, size)):
                self._lanes[lane].parked(item)
            self._deferred_in += 1
            if len(self._backlog) == BATCH_ITEMS:
                self._changed.notify()

    async def flush(self) -> None:
        """Wait until everything deferred so far is written.

        Raises:
            StoreError: an attempt failed; the items stay queued and are tried again.
        """
        with self._changed:
            if not self.deferred_items:
                return
            if self._stop_at is not None:
                raise StoreError(CLOSED)
            future = self._loop.create_future()
            self._flushes.append((self._deferred_in, future))
            self._due = 0.0
            self._changed.notify()
        COUNTERS.db_writes_before_reply += 1
        await future

    async def close(self) -> None:
        """Write what is queued, for a few seconds at most if the disk refuses, and end."""
        with self._changed:
            self._stop_at = time.monotonic() + CLOSING_S
            self._changed.notify()
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join)

    # The rest runs on the writer's thread.

    def _run(self) -> None:
        try:
            while (batch := self._take()) is not None:
                self._commit(batch)
        finally:
            self._disconnect()
            self._abandon()

    def _take(self) -> list[_Work] | None:
        """Wait until a transaction is worth its cost; None = the end."""
        with self._changed:
            while not self._ready(now := time.monotonic()):
                if self._stop_at is not None and (not self._backlog or now >= self._stop_at):
                    return None
                self._changed.wait(self._patience(now))
            self._gather()
            return self._next_batch()

    def _ready(self, now: float) -> bool:
        if self._awaited:
            return True
        if not self._backlog or now < self._retry_at:
            return False
        enough = len(self._backlog) >= BATCH_ITEMS
        return enough or now >= self._due or self._stop_at is not None

    def _patience(self, now: float) -> float | None:
        if not self._backlog:
            return None
        return max(self._due - now, self._retry_at - now, 0.0001)

    def _gather(self) -> None:
        """Callers that came together come together again: one commit serves them all.

        A single caller never waits, since the last transaction served one as well.
        """
        if 0 < len(self._awaited) < self._company and self._stop_at is None:
            self._wake_at = self._company
            self._changed.wait(GATHER_S)
            self._wake_at = 1
        self._company = min(len(self._awaited), BATCH_ITEMS)

    def _next_batch(self) -> list[_Work]:
        batch: list[_Work] = []
        while self._awaited and len(batch) < BATCH_ITEMS:
            work = self._awaited.popleft()
            if work.future.cancelled():
                self._awaited_bytes -= work.size
            else:
                batch.append(work)
        if len(batch) < BATCH_ITEMS and time.monotonic() >= self._retry_at:
            # A disk that was full is tried with little: it may be so still.
            most = TRIAL_ITEMS if self._backlog.diverting else BATCH_ITEMS - len(batch)
            batch.extend(self._backlog.take(min(most, BATCH_ITEMS - len(batch))))
        return batch

    def _commit(self, batch: list[_Work]) -> None:
        if not batch:
            return
        try:
            outcomes = self._write(batch)
        except Exception as error:
            self._recover(batch, error)
        else:
            self._finish(batch, outcomes)

    def _write(self, batch: list[_Work]) -> list[Any]:
        by_lane: list[list[int]] = [[] for _ in self._lanes]
        for position, work in enumerate(batch):
            by_lane[work.lane].append(position)
        served = [
            (lane, positions, [batch[position].item for position in positions])
            for lane, positions in zip(self._lanes, by_lane, strict=True)
            if positions
        ]
        outcomes: list[Any] = [None] * len(batch)
        committed = False
        try:
            with self._connected().begin() as transaction:
                for lane, positions, items in served:
                    answers = lane.write(transaction.connection, items)
                    for position, answer in zip(positions, answers, strict=True):
                        outcomes[position] = answer
            committed = True
        finally:
            for lane, _, items in served:
                lane.settle(items, committed)
        self.full = False
        self._backlog.diverting = False
        self.transactions += 1
        COUNTERS.db_transactions += 1
        self._committed()
        return outcomes

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(SQLAlchemyError):
                connection.close()

    def _recover(self, batch: list[_Work], error: Exception) -> None:
        """Nothing was written: find out whom it concerns."""
        if is_machine(error):
            self.full = is_full(error)
            if not self.full:
                # The connection may have lost its file: the next attempt opens it afresh.
                self._disconnect()
            self._put_back([work for work in batch if isinstance(work, Deferred)], error)
            awaited = [work for work in batch if isinstance(work, _Awaited)]
            self._finish(awaited, [ours(error) for _ in awaited])
        elif len(batch) > 1:
            # One of them cannot be written: the others must not suffer for it.
            for work in batch:
                self._commit([work])
        else:
            if isinstance(batch[0], Deferred):
                self._lanes[batch[0].lane].refuse(batch[0].item, error)
            self._finish(batch, [ours(error)])

    def _put_back(self, batch: list[Deferred], error: Exception) -> None:
        """Keep deferred work for the next attempt, and tell those who wait for it."""
        with self._changed:
            self._retry_at = time.monotonic() + RETRY_S
            for work in self._backlog.put_back(batch):
                self._lanes[work.lane].parked(work.item)
            flushes, self._flushes = self._flushes, []
        self._answer([(future, ours(error)) for _, future in flushes])

    def _finish(self, batch: Sequence[_Work], outcomes: Sequence[Any]) -> None:
        answers: list[tuple[asyncio.Future[Any], Any]] = []
        with self._changed:
            for work, outcome in zip(batch, outcomes, strict=True):
                if isinstance(work, Deferred):
                    self._backlog.done(work)
                    self._deferred_out += 1
                else:
                    self._awaited_bytes -= work.size
                    answers.append((work.future, outcome))
            if self._flushes:
                waiting = [pair for pair in self._flushes if pair[0] > self._deferred_out]
                reached = [pair for pair in self._flushes if pair[0] <= self._deferred_out]
                self._flushes = waiting
                answers.extend((future, None) for _, future in reached)
        self._answer(answers)

    def _abandon(self) -> None:
        """The thread ends: nobody may go on waiting for it."""
        with self._changed:
            self._stop_at = 0.0
            self._backlog.to_file()
            waiting: list[asyncio.Future[Any]] = [work.future for work in self._awaited]
            waiting.extend(future for _, future in self._flushes)
            self._awaited.clear()
            self._flushes.clear()
        self._answer([(future, StoreError(CLOSED)) for future in waiting])

    def _answer(self, answers: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
        # The loop may have ended: then nobody is left to be told.
        if answers and not self._loop.is_closed():
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(_resolve, answers)


def _resolve(answers: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, outcome in answers:
        if future.done():
            continue
        if isinstance(outcome, BaseException):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

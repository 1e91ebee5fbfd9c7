"""Threads that read, each over a connection of its own, so that the event loop never waits."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine

from whisk_platform.common.counters import COUNTERS
from whisk_platform.common.errors import StoreError
from whisk_platform.stores.sql.failures import translation

ResultT = TypeVar("ResultT")


class Readers:
    """A small pool of reading threads.

    Args:
        engine: read-only.
        threads: how many, at most; they start when needed.
    """

    def __init__(self, engine: Engine, threads: int) -> None:
        self._engine = engine
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="whisk-store-read")
        self._own = threading.local()
        self._connections: list[Connection] = []
        self._closed = False

    async def run(self, read: Callable[[Connection], ResultT], *, upkeep: bool = False) -> ResultT:
        """Call a function with a connection, in one of the threads.

        Args:
            read: the function.
            upkeep: whether the store asks on its own.

        Raises:
            StoreError: the database cannot be read.
        """
        if self._closed:
            raise StoreError("The store is closed.")
        if upkeep:
            COUNTERS.db_upkeep_reads += 1
        else:
            COUNTERS.db_reads += 1
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._run, read)

    async def close(self) -> None:
        """Wait for reads under way and disconnect."""
        self._closed = True
        await asyncio.to_thread(self._executor.shutdown)
        for connection in self._connections:
            connection.close()

    def _run(self, read: Callable[[Connection], ResultT]) -> ResultT:
        with translation():
            connection: Connection | None = getattr(self._own, "connection", None)
            if connection is None:
                connection = self._engine.connect()
                self._own.connection = connection
                self._connections.append(connection)
            return read(connection)

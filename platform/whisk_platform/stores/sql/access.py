"""How entities and subjects reach their tables, whatever engine holds them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

ResultT = TypeVar("ResultT")


class Reading(Protocol):
    """Calls functions that read."""

    async def run(self, read: Callable[[Connection], ResultT]) -> ResultT:
        """Call a function with a connection.

        Raises:
            StoreError: the database cannot be read.
        """


class Writing(Protocol):
    """Calls functions that write, each inside a transaction."""

    async def submit(self, lane: int, item: Any, size: int = 0) -> Any:
        """Call a function with a connection, and answer once its transaction is committed.

        Args:
            lane: of the writer, if it has several.
            item: the function.
            size: bytes that it keeps in memory meanwhile, roughly.

        Returns:
            What the function returned.

        Raises:
            StoreError: nothing was written.
        """

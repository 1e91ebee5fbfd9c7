"""How one sort of work is written: in a transaction a lane gets everything handed in for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection

from whisk_platform.common.errors import StoreError


class Lane:
    """Writes one sort of work. All methods run on the writer's thread."""

    def write(self, connection: Connection, items: Sequence[Any]) -> Sequence[Any]:
        """Write the items inside the open transaction.

        Returns:
            One outcome for each item; an exception as outcome fails that item alone, which must
            not have written anything.

        Raises:
            Exception: the transaction is rolled back, with what other lanes wrote in it.
        """
        raise NotImplementedError

    def settle(self, items: Sequence[Any], committed: bool) -> None:
        """Learn how the transaction ended.

        Args:
            items: those handed to ``write``.
            committed: False = nothing of it is in the database.
        """

    def parked(self, item: Any) -> None:
        """Learn that an item waits in a file from now on; under the writer's lock."""

    def refuse(self, item: Any, error: Exception) -> None:
        """Learn that an item for which nobody waits can never be written."""


class Calls(Lane):
    """The lane of everything that needs no lane of its own: functions of the connection.

    Args:
        settled: told how each transaction ended that a function was called in.
    """

    def __init__(self, settled: Callable[[bool], None]) -> None:
        self._settled = settled

    def settle(self, items: Sequence[Any], committed: bool) -> None:
        """Pass it on."""
        self._settled(committed)

    def write(self, connection: Connection, items: Sequence[Any]) -> Sequence[Any]:
        """Call each function; one that raises a ``StoreError`` must do so before it writes."""
        outcomes: list[object] = []
        for call in items:
            try:
                outcomes.append(call(connection))
            except StoreError as error:
                outcomes.append(error)
        return outcomes

"""What waits to be written and nobody waits for: in memory, and beyond a bound in a file.

The order is kept: what is in memory is older than what is in the file, and that is older than what
found the file full.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from whisk_platform.stores.sql.spill import Spill


@dataclass(slots=True, eq=False)
class Deferred:
    """One item."""

    lane: int
    item: Any
    size: int
    spilled: bool = False
    """Whether it stands in the file, and stays there until it is written."""


class Backlog:
    """The queue. Whoever calls holds the writer's lock.

    Args:
        spill: the file; None = there is none.
        lane: the lane of what may go into the file.
        most_items: in memory.
        most_bytes: in memory, roughly.
        ordered: whether the order is kept even if items are lost for it with the process.
    """

    def __init__(
        self,
        spill: Spill[Any] | None,
        lane: int,
        *,
        most_items: int,
        most_bytes: int,
        ordered: bool = True,
    ) -> None:
        self._ordered = ordered
        self._spill = spill
        self._lane = lane
        self._most_items = most_items
        self._most_bytes = most_bytes
        self._older: deque[Deferred] = deque()
        self._newer: deque[Deferred] = deque()
        self._taken = 0
        self.bytes = 0
        """Of what is in memory, as its owners estimated it."""
        self.diverting = False
        """Whether new items go into the file because the database takes none."""

    def __len__(self) -> int:
        return len(self._older) + self.in_file + len(self._newer)

    @property
    def in_file(self) -> int:
        """Items in the file that are not being written."""
        return 0 if self._spill is None else len(self._spill) - self._taken

    def has_room(self) -> bool:
        """Whether more may come."""
        if self._spill is not None and not self._spill.is_full:
            return True
        in_memory = len(self._older) + len(self._newer)
        return in_memory < self._most_items and self.bytes < self._most_bytes

    def add(self, work: Deferred) -> bool:
        """Queue an item; whether it went into the file."""
        # What is being written from the file may come back to it.
        parked = self._spill is not None and len(self._spill) > 0
        if not (self.diverting or parked or self._newer or self._is_long()):
            self._older.append(work)
            self.bytes += work.size
            return False
        if not self._newer and self._to_file(work):
            return True
        self._newer.append(work)
        self.bytes += work.size
        return False

    def take(self, most: int) -> list[Deferred]:
        """The oldest items; those from the file stay there until ``done``."""
        if not self._older and not self.in_file:
            self._older, self._newer = self._newer, self._older
        if self._older:
            return [self._older.popleft() for _ in range(min(most, len(self._older)))]
        if self._spill is None:
            return []
        items = self._spill.take(min(most, self.in_file))
        self._taken = len(items)
        return [Deferred(self._lane, item, 0, spilled=True) for item in items]

    def put_back(self, batch: list[Deferred]) -> list[Deferred]:
        """Take back what could not be written; what fits goes into the file.

        Returns:
            Those that are in the file now and were not before.
        """
        self.diverting = True
        if self._taken:
            self._taken = 0
            return []
        waiting = [*batch, *self._older]
        self._older.clear()
        moved = 0
        if not self.in_file or not self._ordered:
            while moved < len(waiting) and self._to_file(waiting[moved]):
                self.bytes -= waiting[moved].size
                moved += 1
        rest = waiting[moved:]
        if moved:
            self._newer.extendleft(reversed(rest))
        else:
            self._older.extend(rest)
        return waiting[:moved]

    def done(self, work: Deferred) -> None:
        """An item taken is written, or never will be."""
        if work.spilled:
            assert self._spill is not None, "it came from there"
            self._spill.done(1)
            self._taken -= 1
        else:
            self.bytes -= work.size

    def to_file(self) -> None:
        """Put everything into the file that fits, because the process ends."""
        if not self.in_file or not self._ordered:
            while self._older and self._to_file(self._older[0]):
                self._older.popleft()
        while not self._older and self._newer and self._to_file(self._newer[0]):
            self._newer.popleft()

    def in_memory(self) -> int:
        """Items that the end of the process would take along."""
        return len(self._older) + len(self._newer)

    def _is_long(self) -> bool:
        return len(self._older) >= self._most_items or self.bytes >= self._most_bytes

    def _to_file(self, work: Deferred) -> bool:
        if self._spill is None or work.lane != self._lane or self._spill.is_full:
            return False
        return self._spill.add(work.item)

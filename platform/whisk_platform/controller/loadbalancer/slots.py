"""What one invoker has room for, in megabytes and in places inside containers. Pure.

Source: contracts data-plane §2.4.
"""

from __future__ import annotations

from dataclasses import dataclass

MIN_SLOT_MB = 128


@dataclass(slots=True)
class _Places:
    """Free places in the containers of an action that takes several activations at once."""

    free: int = 0
    under_way: int = 0


class Slots:
    """One invoker's share for one controller."""

    __slots__ = ("_places", "capacity_mb", "free_mb")

    def __init__(self, capacity_mb: int) -> None:
        """Make them all free.

        Args:
            capacity_mb: the share; at least one container of the least memory.
        """
        self.capacity_mb = max(capacity_mb, MIN_SLOT_MB)
        self.free_mb = self.capacity_mb
        """Below 0 after placements by force."""
        self._places: dict[tuple[str, int], _Places] = {}

    def resize(self, capacity_mb: int) -> None:
        """Change the share; what is in use stays in use."""
        capacity_mb = max(capacity_mb, MIN_SLOT_MB)
        self.free_mb += capacity_mb - self.capacity_mb
        self.capacity_mb = capacity_mb

    def try_take(self, action: str, memory_mb: int, concurrency: int) -> bool:
        """Take what one activation needs, if it is there.

        Args:
            action: with its version, as containers are told apart by it.
            memory_mb: of its container.
            concurrency: activations in one container at once.
        """
        if concurrency == 1:
            if self.free_mb < memory_mb:
                return False
            self.free_mb -= memory_mb
            return True
        places = self._places.get((action, concurrency))
        if places is None or not places.free:
            if self.free_mb < memory_mb:
                return False
            places = self._open(action, memory_mb, concurrency)
        places.free -= 1
        places.under_way += 1
        return True

    def take(self, action: str, memory_mb: int, concurrency: int) -> None:
        """Take it by force: what is free may become less than nothing."""
        if self.try_take(action, memory_mb, concurrency):
            return
        if concurrency == 1:
            self.free_mb -= memory_mb
            return
        places = self._open(action, memory_mb, concurrency)
        places.free -= 1
        places.under_way += 1

    def give_back(self, action: str, memory_mb: int, concurrency: int) -> None:
        """Return what an activation had taken; one that is not known returns nothing."""
        if concurrency == 1:
            self.free_mb = min(self.capacity_mb, self.free_mb + memory_mb)
            return
        places = self._places.get((action, concurrency))
        if places is None:
            return
        places.free += 1
        places.under_way -= 1
        if places.free % concurrency == 0:
            places.free -= concurrency
            self.free_mb = min(self.capacity_mb, self.free_mb + memory_mb)
        if not places.under_way:
            del self._places[action, concurrency]

    def _open(self, action: str, memory_mb: int, concurrency: int) -> _Places:
        """Count one more container of an action."""
        self.free_mb -= memory_mb
        places = self._places.setdefault((action, concurrency), _Places())
        places.free += concurrency
        return places

"""The balancer ``sharding``: hash, coprime steps, memory slots, random placement when all is full.

Bit for bit what existing clusters do, so that a deployment can be moved without moving its warm
containers. Pure but for the chance of the overload. Source: contracts data-plane §2.2-§2.5.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from whisk_platform.controller.loadbalancer.hashing import partition, step_sizes
from whisk_platform.controller.loadbalancer.placing import Choice, Need, Place
from whisk_platform.controller.loadbalancer.slots import Slots


@dataclass(frozen=True, slots=True)
class _Part:
    """The invokers of the managed or the blackbox half."""

    first: int
    count: int
    steps: tuple[int, ...]


def _part(indexes: range) -> _Part:
    return _Part(indexes.start, len(indexes), step_sizes(len(indexes)))


class Sharding:
    """Places activations as the reference's container-pool balancer does."""

    def __init__(
        self,
        managed: float = 0.9,
        blackbox: float = 0.1,
        chance: Callable[[int], int] = random.randrange,
    ) -> None:
        """Begin without invokers.

        Args:
            managed: share of the invokers for the platform's own images.
            blackbox: share for images of users.
            chance: a number below its argument; for placements when all is full.
        """
        self._fractions = (managed, blackbox)
        self._chance = chance
        self._places: list[Place] = []
        self._parts = (_part(range(0)), _part(range(0)))

    @property
    def places(self) -> list[Place]:
        """The invokers, by index."""
        return self._places

    def resize(self, memory_mb: list[int], shares: int) -> None:
        """Take newcomers in and divide anew; what is in use stays counted."""
        for index, memory in enumerate(memory_mb):
            share = memory // max(1, shares)
            if index < len(self._places):
                self._places[index].slots.resize(share)
            else:
                self._places.append(Place(index=index, slots=Slots(share)))
        first, last = partition(len(self._places), *self._fractions)
        self._parts = (_part(first), _part(last))

    def changed(self, index: int, *, usable: bool) -> None:
        """An invoker's health has changed."""
        self._places[index].usable = usable

    def place(self, need: Need) -> Choice | None:
        """Choose an invoker; see the port."""
        if not self._places:
            return None
        part = self._parts[need.blackbox]
        step = part.steps[need.home % len(part.steps)]
        offset = need.home % part.count
        for _ in range(part.count):
            place = self._places[part.first + offset]
            if place.usable and place.slots.try_take(need.key, need.memory_mb, need.concurrency):
                return self._taken(place, need, overload=False)
            offset = (offset + step) % part.count
        return self._force(part, need)

    def release(self, index: int, need: Need) -> None:
        """Return slots; see the port."""
        place = self._places[index]
        place.slots.give_back(need.key, need.memory_mb, need.concurrency)
        place.in_flight -= 1
        place.in_flight_mb -= need.memory_mb

    def _force(self, part: _Part, need: Need) -> Choice | None:
        healthy = [p for p in self._places[part.first : part.first + part.count] if p.usable]
        if not healthy:
            return None
        place = healthy[self._chance(len(healthy))]
        place.slots.take(need.key, need.memory_mb, need.concurrency)
        return self._taken(place, need, overload=True)

    @staticmethod
    def _taken(place: Place, need: Need, *, overload: bool) -> Choice:
        place.in_flight += 1
        place.in_flight_mb += need.memory_mb
        return Choice(index=place.index, overload=overload)

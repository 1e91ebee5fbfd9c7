"""The balancer ``bounded``: the hash's locality, within bounds that follow the load. Pure, O(1).

An action goes where it has just left a container behind, or else home and on along its own
progression, which it follows further only when what it has found there holds more than its bound:
its memory, or less than that while the others hold little (a multiple of the mean). When everybody
it asks is beyond it, the one with the shortest backlog takes it and queues it for its action,
instead of a random one that would evict somebody else's warm container.

Source: contracts data-plane §2.9, §11.9; design.md §5 "Load balancing".
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from whisk_platform.controller.loadbalancer.hashing import partition, step_sizes
from whisk_platform.controller.loadbalancer.placing import Choice, Need, Place
from whisk_platform.controller.loadbalancer.slots import Slots

FACTOR = 1.25
"""How much more than the mean an invoker may hold."""
EASY = 0.5
"""The share of an invoker's memory below which nobody is sent on, whatever the others hold."""
ASKED = 12
"""How many invokers are asked."""
LEFT_BEHIND = 64
"""Containers of an action that are remembered."""
REMEMBERED = 50_000
"""Actions whose containers are remembered."""


@dataclass(slots=True)
class _Part:
    """The invokers of the managed or the blackbox half, with what the usable ones hold."""

    indexes: range
    steps: tuple[int, ...]
    usable: int = 0
    held_mb: int = 0
    capacity_mb: int = 0


@dataclass(slots=True)
class _Trail:
    """Where an action has been."""

    in_flight: int = 0
    reach: int = 0
    """Steps of its progression behind which it has found room."""
    left: deque[int] = field(default_factory=lambda: deque(maxlen=LEFT_BEHIND))
    """Invokers with a container of it that has nothing to do, the last one at the end."""


def _part(indexes: range) -> _Part:
    return _Part(indexes, step_sizes(len(indexes)))


class Bounded:
    """Places activations at home as long as home is not much fuller than the others."""

    def __init__(
        self,
        managed: float = 0.9,
        blackbox: float = 0.1,
        factor: float = FACTOR,
        easy: float = EASY,
    ) -> None:
        """Begin without invokers.

        Args:
            managed: share of the invokers for the platform's own images.
            blackbox: share for images of users.
            factor: how much more than the mean an invoker may hold; above 1.
            easy: the share of its memory up to which it need not care for the mean.
        """
        self._fractions = (managed, blackbox)
        self._factor = factor
        self._easy = easy
        self._places: list[Place] = []
        self._parts = [_part(range(0)), _part(range(0))]
        self._trails: OrderedDict[tuple[str, str], _Trail] = OrderedDict()

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
        self._parts = [_part(half) for half in partition(len(self._places), *self._fractions)]
        for part in self._parts:
            for place in self._places[part.indexes.start : part.indexes.stop]:
                if place.usable:
                    part.usable += 1
                    part.held_mb += place.in_flight_mb
                    part.capacity_mb += place.slots.capacity_mb

    def changed(self, index: int, *, usable: bool) -> None:
        """An invoker's health has changed."""
        place = self._places[index]
        if place.usable is usable:
            return
        place.usable = usable
        sign = 1 if usable else -1
        for part in self._holding(index):
            part.usable += sign
            part.held_mb += sign * place.in_flight_mb
            part.capacity_mb += sign * place.slots.capacity_mb

    def place(self, need: Need) -> Choice | None:
        """Choose an invoker; see the port."""
        part = self._parts[need.blackbox]
        if not part.usable:
            return None
        trail = self._trail(need)
        trail.in_flight += 1
        bound_mb = self._factor * (part.held_mb + need.memory_mb) / part.usable
        best: Place | None = None
        for place in self._asked(part, need, trail):
            easy_mb = self._easy * place.slots.capacity_mb
            allowed_mb = max(bound_mb, easy_mb, need.memory_mb)
            if place.in_flight_mb + need.memory_mb <= allowed_mb and place.slots.try_take(
                need.key, need.memory_mb, need.concurrency
            ):
                return self._taken(place, need, overload=False)
            if best is None or place.in_flight_mb < best.in_flight_mb:
                best = place
        assert best is not None, "somebody is usable"
        if trail.reach > self._width(part, need, trail):
            trail.reach = 0
        overload = not best.slots.try_take(need.key, need.memory_mb, need.concurrency)
        if overload:
            best.slots.take(need.key, need.memory_mb, need.concurrency)
        return self._taken(best, need, overload=overload)

    def release(self, index: int, need: Need) -> None:
        """Return slots; see the port."""
        place = self._places[index]
        place.slots.give_back(need.key, need.memory_mb, need.concurrency)
        self._count(place, -1, -need.memory_mb)
        trail = self._trail(need)
        trail.left.append(index)
        trail.in_flight = max(0, trail.in_flight - 1)
        if not trail.in_flight:
            trail.reach = 0

    @staticmethod
    def _width(part: _Part, need: Need, trail: _Trail) -> float:
        """How many invokers an action could fill; going further along finds nobody better."""
        each_mb = part.capacity_mb / part.usable
        return ASKED + trail.in_flight * need.memory_mb / each_mb

    def _trail(self, need: Need) -> _Trail:
        """What is remembered of an action, for one namespace that invokes it."""
        key = (need.namespace, need.key)
        trail = self._trails.get(key)
        if trail is None:
            trail = self._trails[key] = _Trail()
            if len(self._trails) > REMEMBERED:
                self._trails.popitem(last=False)
        else:
            self._trails.move_to_end(key)
        return trail

    def _asked(self, part: _Part, need: Need, trail: _Trail) -> Iterator[Place]:
        """A few usable invokers: those it has left, and those ahead in its progression.

        When all of those are gone, the walk goes on to the next one that is not.
        """
        for _ in range(min(3, len(trail.left))):
            index = trail.left.pop()
            if index in part.indexes and self._places[index].usable:
                yield self._places[index]
        count = len(part.indexes)
        step = part.steps[need.home % len(part.steps)]
        offset = (need.home + trail.reach * step) % count
        found = False
        for asked in range(count):
            place = self._places[part.indexes.start + offset]
            if place.usable:
                found = True
                yield place
            if asked >= ASKED and found:
                return
            trail.reach += 1
            offset = (offset + step) % count

    def _taken(self, place: Place, need: Need, *, overload: bool) -> Choice:
        self._count(place, 1, need.memory_mb)
        return Choice(index=place.index, overload=overload)

    def _count(self, place: Place, number: int, memory_mb: int) -> None:
        place.in_flight += number
        place.in_flight_mb += memory_mb
        if place.usable:
            for part in self._holding(place.index):
                part.held_mb += memory_mb

    def _holding(self, index: int) -> Iterator[_Part]:
        return (part for part in self._parts if index in part.indexes)

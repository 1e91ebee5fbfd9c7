"""Who gets the next container: the namespace that has had least, and its actions in turn. Pure.

What a namespace has had is counted in megabyte seconds, and only while somebody waits: who used an
idle machine owes nobody anything. Who comes anew starts where the last one served stands, so that
absence earns no credit and one busy namespace cannot delay another. A decision costs steps in the
logarithm of the number of namespaces that wait, and none in that of actions or containers.

Source: contracts data-plane §11.8 (fair between namespaces, on MB x ms).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from heapq import heappop, heappush

from whisk_platform.invoker.lanes import Lane

REMEMBERED = 4096
"""Namespaces of which it is known what they have had."""

_Entry = tuple[float, int, str]


class Turnstile:
    """Lanes that wait for a container."""

    def __init__(self) -> None:
        self._namespaces: dict[str, OrderedDict[Lane, None]] = {}
        self._row: list[_Entry] = []
        self._places: dict[str, int] = {}
        """The number of a namespace's valid entry in the row."""
        self._had: dict[str, float] = {}
        self._level = 0.0
        """What the namespace served last had had by then."""
        self._numbers = 0

    def __bool__(self) -> bool:
        return bool(self._namespaces)

    def __contains__(self, lane: Lane) -> bool:
        return lane in self._namespaces.get(lane.key.namespace, ())

    def enter(self, lane: Lane) -> None:
        """Stand in the row; no effect if the lane stands there already."""
        namespace = lane.key.namespace
        lanes = self._namespaces.get(namespace)
        if lanes is None:
            lanes = self._namespaces[namespace] = OrderedDict()
            self._had[namespace] = max(self._had.get(namespace, 0.0), self._level)
            self._place(namespace)
        lanes[lane] = None

    def leave(self, lane: Lane) -> None:
        """Go away; no effect if the lane is not there."""
        namespace = lane.key.namespace
        lanes = self._namespaces.get(namespace)
        if lanes is not None:
            lanes.pop(lane, None)
            if not lanes:
                del self._namespaces[namespace]
                del self._places[namespace]
                self._forget()

    def served(self, lane: Lane) -> None:
        """Send a lane to the end of its namespace, and that behind those who have had as little."""
        namespace = lane.key.namespace
        lanes = self._namespaces.get(namespace)
        if lanes is not None and lane in lanes:
            lanes.move_to_end(lane)
            self._level = max(self._level, self._had[namespace])
            self._place(namespace)

    def charge(self, namespace: str, megabyte_s: float) -> None:
        """Count what a namespace has used while others wait."""
        if self._namespaces:
            self._had[namespace] = max(self._had.get(namespace, 0.0), self._level) + megabyte_s

    def first(self, most: int) -> Iterator[Lane]:
        """The first lane of each of the first namespaces, then the second ones, at most ``most``.

        After a change of the row, no more may be taken from what this returned before.
        """
        taken: list[_Entry] = []
        rests: list[Iterator[Lane]] = []
        try:
            while most and (entry := self._next()) is not None:
                taken.append(entry)
                rest = iter(self._namespaces[entry[2]])
                rests.append(rest)
                yield next(rest)
                most -= 1
            for rest in rests:
                for lane in rest:
                    if not most:
                        return
                    yield lane
                    most -= 1
        finally:
            for entry in taken:
                heappush(self._row, entry)

    def _next(self) -> _Entry | None:
        """Take the first valid entry out of the row."""
        while self._row:
            entry = heappop(self._row)
            had, number, namespace = entry
            if self._places.get(namespace) != number:
                continue
            now_had = self._had[namespace]
            if now_had <= had:
                return entry
            heappush(self._row, (now_had, number, namespace))
        return None

    def _place(self, namespace: str) -> None:
        self._numbers += 1
        self._places[namespace] = self._numbers
        heappush(self._row, (self._had[namespace], self._numbers, namespace))
        if len(self._row) > 2 * len(self._places) + REMEMBERED:
            self._row = sorted(e for e in self._row if self._places.get(e[2]) == e[1])

    def _forget(self) -> None:
        if not self._namespaces:
            # Nobody waits, so nobody is behind anybody.
            self._had.clear()
            self._row.clear()
            self._level = 0.0
        elif len(self._had) > 2 * len(self._namespaces) + REMEMBERED:
            self._had = {
                namespace: had
                for namespace, had in self._had.items()
                if had > self._level or namespace in self._namespaces
            }

"""Looks for the least valuable of many containers without looking at all of them.

A few that are drawn at random, the least recently used and those used just now are compared with
the worst of earlier comparisons; so after a few decisions the choice is close to that of a full
comparison, at a cost that does not depend on how many there are. The draw is a fixed sequence: the
same history leads to the same decisions.
"""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Callable
from itertools import islice

from whisk_platform.invoker.lanes import Lane
from whisk_platform.invoker.slot import Slot

DRAWN = 12
"""Containers drawn at random for each decision."""
ENDS = 4
"""Compared at each end of the row by last use."""
KEPT = 8
"""The least valuable of a comparison, who take part in the next one."""

Value = Callable[[Slot, Lane, float], float]
"""What keeping a container is worth at a moment."""


class Candidates:
    """Idle containers with their actions."""

    def __init__(self, value: Value) -> None:
        """Begin with none.

        Args:
            value: the lower, the sooner a container goes.
        """
        self._value = value
        self._row: OrderedDict[Slot, Lane] = OrderedDict()
        self._list: list[Slot] = []
        self._position: dict[Slot, int] = {}
        self._worst: list[Slot] = []
        self._draw = random.Random(1)

    def __len__(self) -> int:
        return len(self._list)

    def add(self, slot: Slot, lane: Lane) -> None:
        """Take a container in, as the one used last."""
        self._row[slot] = lane
        self._position[slot] = len(self._list)
        self._list.append(slot)

    def discard(self, slot: Slot) -> None:
        """Take a container out; no effect if it is not in."""
        if self._row.pop(slot, None) is None:
            return
        position = self._position.pop(slot)
        last = self._list.pop()
        if last is not slot:
            self._list[position] = last
            self._position[last] = position

    def least(self, now: float) -> Slot | None:
        """The least valuable of those that were looked at; None if there is none at all."""
        row = self._row
        if not row:
            return None
        size = len(self._list)
        looked_at = set(islice(row, ENDS))
        looked_at.update(islice(reversed(row), ENDS))
        looked_at.update(slot for slot in self._worst if slot in row)
        if size <= DRAWN:
            looked_at.update(self._list)
        else:
            draw = self._draw.random
            looked_at.update(self._list[int(draw() * size)] for _ in range(DRAWN))
        value = self._value
        ranked = sorted((value(slot, row[slot], now), slot.number, slot) for slot in looked_at)
        self._worst = [slot for _, _, slot in ranked[1 : KEPT + 1]]
        return ranked[0][2]

"""Idle containers in the order of their last use, and which of them goes first. Pure.

Least recently used is the worst choice for actions that are called in turn when the containers do
not quite suffice: every call then finds that its container has just been removed. So the next use
of each is estimated from the past, and the one that is needed last goes. Looking at the ends of
the row only keeps the decision independent of how many containers there are: what was used just
now and has long pauses stands at one end, what nobody asks for anymore at the other.
"""

from __future__ import annotations

from collections import OrderedDict
from itertools import islice

from whisk_platform.invoker.lanes import Lane
from whisk_platform.invoker.slot import Slot

LOOKED_AT = 8
"""Containers that are compared at each end."""
CLEARLY = 1.1
"""An estimate has to be so much longer to count; else who was used just now goes, which is right
for actions that are called in turn."""
UNKNOWN_S = 60.0
"""Assumed pause of an action that was asked for only once."""


class IdleRow:
    """Idle containers, least recently used first."""

    def __init__(self) -> None:
        self._row: OrderedDict[Slot, Lane | None] = OrderedDict()
        self.memory_mb = 0
        """Of all of them together."""

    def __len__(self) -> int:
        return len(self._row)

    def __contains__(self, slot: Slot) -> bool:
        return slot in self._row

    def add(self, slot: Slot, lane: Lane | None) -> None:
        """Note that a container has become idle; ``lane`` None = a stem cell."""
        self._row[slot] = lane
        self.memory_mb += slot.memory_mb

    def discard(self, slot: Slot) -> None:
        """Note that it is not idle anymore; no effect if it was not."""
        if slot in self._row:
            del self._row[slot]
            self.memory_mb -= slot.memory_mb

    def oldest(self) -> Slot | None:
        """The one that was used last the longest ago."""
        return next(iter(self._row), None)

    def slots(self) -> list[Slot]:
        """All of them."""
        return list(self._row)

    def least_recently_used(self) -> Slot | None:
        """The victim under the rule ``lru``."""
        return self.oldest()

    def needed_last(self, now: float) -> Slot | None:
        """The victim under the rule ``next-use``."""
        best: Slot | None = None
        longest = -1.0
        ends = dict(islice(reversed(self._row.items()), LOOKED_AT))
        ends.update(islice(self._row.items(), LOOKED_AT))
        for slot, lane in ends.items():
            pause = seconds_until_use(slot, lane, now)
            if pause > longest:
                best, longest = slot, pause * CLEARLY
        return best


def seconds_until_use(slot: Slot, lane: Lane | None, now: float) -> float:
    """Estimate when an idle container will be needed again.

    Args:
        slot: the container.
        lane: its action; None for a stem cell, which is cheap to replace.
        now: monotonic seconds.
    """
    if lane is None:
        return float("inf")
    unused = now - slot.last_used
    if next(reversed(lane.warm), None) is not slot:
        # A spare one beside others of the same action: only as good as its own last use.
        return max(unused, _until_asked(lane, now))
    return _until_asked(lane, now)


def _until_asked(lane: Lane, now: float) -> float:
    passed = now - lane.last_seen
    if lane.interval is None:
        return max(passed, UNKNOWN_S)
    if passed <= lane.interval:
        return lane.interval - passed
    # A little late is "any moment now"; very late looks as if it were over.
    return passed - lane.interval if passed < 2 * lane.interval else passed

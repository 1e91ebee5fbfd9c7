"""The policy ``greedy_dual``: who is called often, starts slowly and needs little memory stays.

The worth of a container is the clock at its last use plus frequency x cost of a start / size; the
least worthy goes, and the clock moves on to its worth, so that nobody lives on past merits forever.
There is no time limit but the longest of all. Source: contracts data-plane §11.7, §7.6 (FaasCache).
"""

from __future__ import annotations

from whisk_platform.invoker.keepalive.candidates import Candidates
from whisk_platform.invoker.lanes import Lane
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.invoker.slot import Slot

UNKNOWN_COST_S = 0.01


def provide(settings: InvokerSettings) -> GreedyDual:
    """Make the policy."""
    return GreedyDual(settings.keep_alive_most_s)


class GreedyDual:
    """Weighs frequency, cost and size against the time since the last use."""

    def __init__(self, most_s: float) -> None:
        self._most_s = most_s
        self._clock = 0.0
        self._worth: dict[Slot, float] = {}
        self._candidates = Candidates(self._worth_of)

    def idle(self, slot: Slot, lane: Lane, now: float) -> None:
        """Weigh a container."""
        past = lane.past
        cost_s = UNKNOWN_COST_S if past.cold_s is None else past.cold_s
        self._worth[slot] = self._clock + past.calls * cost_s / slot.memory_mb
        self._candidates.add(slot, lane)

    def gone(self, slot: Slot) -> None:
        """Take a container off the scales."""
        self._candidates.discard(slot)
        self._worth.pop(slot, None)

    def victim(self, now: float) -> Slot | None:
        """The least worthy; the clock moves on to its worth."""
        slot = self._candidates.least(now)
        if slot is not None:
            self._clock = max(self._clock, self._worth[slot])
        return slot

    def keep_s(self, slot: Slot, lane: Lane) -> float:
        """As long as any container may be kept."""
        return self._most_s

    def _worth_of(self, slot: Slot, lane: Lane, now: float) -> float:
        return self._worth[slot]

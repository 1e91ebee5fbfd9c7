"""The policy ``histogram``: each action's own pauses say what its container is worth now.

Worth is the expected number of uses for each second of waiting, from the pauses that were longer
than the present one, times the cost of a start, over the size. An action called every minute is
dear shortly before its minute is over and cheap just after a call; one that is called in turn with
many others is cheapest just after its turn; one whose usual pauses are all over is worth little.
A container is kept, while nobody needs its memory, until nearly all pauses of its action are over.

Source: contracts data-plane §7.6 (Serverless in the Wild); the worth is ours. Containers are not
started before they are asked for: init carries the context of a call, and there is none.
"""

from __future__ import annotations

from whisk_platform.invoker.keepalive.candidates import Candidates
from whisk_platform.invoker.lanes import Lane
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.invoker.slot import Slot

UNKNOWN_COST_S = 0.01
DOUBT_S = 5.0
"""What is not known about an action counts like one pause that is as long as the present one and
this, and of which it is open whether it will end in a use."""
NEARLY_ALL = 0.97
MARGIN = 1.2
"""A container is kept so much longer than nearly all pauses were."""


def provide(settings: InvokerSettings) -> Histogram:
    """Make the policy."""
    return Histogram(settings.keep_alive_s, settings.keep_alive_most_s)


class Histogram:
    """Expects of the future what the past was like."""

    def __init__(self, least_s: float, most_s: float) -> None:
        self._least_s = least_s
        self._most_s = most_s
        self._candidates = Candidates(worth)

    def idle(self, slot: Slot, lane: Lane, now: float) -> None:
        """Let a container be compared."""
        self._candidates.add(slot, lane)

    def gone(self, slot: Slot) -> None:
        """Compare it no longer."""
        self._candidates.discard(slot)

    def victim(self, now: float) -> Slot | None:
        """The one that is worth least now."""
        return self._candidates.least(now)

    def keep_s(self, slot: Slot, lane: Lane) -> float:
        """Until nearly all pauses of its action would be over."""
        usual = lane.past.longest(NEARLY_ALL)
        if usual is None or usual * MARGIN > self._most_s:
            return self._least_s
        return usual * MARGIN


def worth(slot: Slot, lane: Lane, now: float) -> float:
    """What keeping an idle container is worth: seconds of starts saved, per second and megabyte.

    Args:
        slot: the container.
        lane: its action.
        now: monotonic seconds.
    """
    past = lane.past
    unused = max(0.0, now - slot.last_used)
    uses, lengths = past.beyond(unused)
    waiting = max(0.0, lengths - uses * unused)
    rate = (uses + 0.5) / (waiting + unused + DOUBT_S)
    cost_s = UNKNOWN_COST_S if past.cold_s is None else past.cold_s
    return rate * cost_s / slot.memory_mb

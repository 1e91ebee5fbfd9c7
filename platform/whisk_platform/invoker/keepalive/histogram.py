"""The policy ``histogram``: each action's own pauses say what its container is worth now.

Worth is the expected number of uses for each second of waiting, from the pauses that were longer
than the present one, over the size, and a little more for who starts slowly. An action called every
minute is dear shortly before its minute is over and cheap just after a call; one that is called in
turn with many others is cheapest just after its turn; one whose usual pauses are all over is worth
little.
While nobody needs its memory, a container is kept until longer than its action has ever paused, as
far as is remembered; for an hour where too little is known.

Source: contracts data-plane §7.6 (Serverless in the Wild); the worth is ours. Containers are not
started before they are asked for: init carries the context of a call, and there is none.
"""

from __future__ import annotations

from whisk_platform.invoker.keepalive.candidates import Candidates
from whisk_platform.invoker.lanes import Lane
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.invoker.slot import Slot

UNKNOWN_COST_S = 0.01
COST_COUNTS = 0.25
"""The cost of a start to this power counts. 1 would save the most seconds of starting, and make so
many more calls cold that quick starters are driven out; 0 would count every cold start alike."""
DOUBT_S = 5.0
"""What is not known about an action counts like a pause of so long, of which it is open whether it
will end in a use. It soon counts less as more is known: the pauses may be milliseconds."""
OPEN_USES = 0.5
DOUBT_AGES = 0.3
"""How much the present pause itself speaks for a long one to come."""
LATE = 3.0
"""A call that has not come after so many usual intervals is not expected at any moment anymore."""
ANY_MOMENT = 0.25
"""The part of the usual interval that "any moment" stands for."""
ENOUGH = 3
"""Pauses from which something can be learned."""
UNKNOWN_KEEP_S = 3600.0
NEARLY_ALL = 0.995
MARGIN = 1.5
"""A container is kept so much longer than nearly all pauses were."""


def provide(settings: InvokerSettings) -> Histogram:
    """Make the policy."""
    return Histogram(settings.keep_alive_most_s)


class Histogram:
    """Expects of the future what the past was like."""

    def __init__(self, most_s: float) -> None:
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
        """Until longer than nearly all pauses of its action."""
        past = lane.past
        usual = past.longest(NEARLY_ALL)
        wanted = 0.0 if usual is None else usual * MARGIN
        if past.pauses < ENOUGH:
            wanted = max(wanted, UNKNOWN_KEEP_S)
        return min(wanted, self._most_s)


def worth(slot: Slot, lane: Lane, now: float) -> float:
    """What keeping an idle container is worth: expected uses per second and megabyte.

    Args:
        slot: the container.
        lane: its action.
        now: monotonic seconds.
    """
    past = lane.past
    unused = max(0.0, now - slot.last_used)
    uses, lengths = past.beyond(unused)
    waiting = max(0.0, lengths - uses * unused)
    doubt = DOUBT_AGES * unused / (1 + uses) + DOUBT_S / (1 + past.pauses) ** 2
    rate = (uses + OPEN_USES) / (waiting + doubt)
    interval_s = past.interval_s
    # A spare container beside others of the same action is not who takes its next call.
    if interval_s and next(reversed(lane.warm), None) is slot:
        passed = now - past.last_call
        if passed < LATE * interval_s:
            rate = max(rate, 1 / max(interval_s - passed, ANY_MOMENT * interval_s))
    cost_s = UNKNOWN_COST_S if past.cold_s is None else past.cold_s
    return float(rate * cost_s**COST_COUNTS / slot.memory_mb)

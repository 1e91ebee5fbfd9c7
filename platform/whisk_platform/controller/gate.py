"""Who comes when more is asked for than the event loop can do: no more than it can answer soon.

Every call costs the loop its time, and what has been read and not been answered stands in the way
of what comes next. As long as the loop has time to spare everybody may come. When it had none for
several windows in a row, so much may be under way as it gets done within a bounded time (Little's
law); one more is refused, from the first bytes of its request, for a tenth of what it would cost.

A call that spends its time in user code is no burden for the loop meanwhile: it counts with the
part of its time in which it may be one. Pure but for ``Watch``.
"""

from __future__ import annotations

import asyncio

from whisk_platform.common.loopwindow import WINDOW_S, LoopWindow

DELAY_S = 0.02
"""How long those under way may take altogether."""
LEAST = 512.0
"""So many may always be under way: hundreds of connections that each wait are no storm."""
SUSTAINED_S = 0.1
"""After so long without time to spare the loop is short of it: bursts are over sooner."""
BRISK_S = 0.02
"""Who is through in that counts in full."""
UNKNOWN = 0.02
"""What a call counts whose action has not ended yet: as much as one of a second."""
RUNS_REMEMBERED = 16
WINDOWS_REMEMBERED = 8


def weight(run_s: float | None) -> float:
    """What a call counts while it is under way.

    Args:
        run_s: how long its action takes; None = nobody knows.
    """
    if run_s is None:
        return UNKNOWN
    return 1.0 if run_s <= BRISK_S else BRISK_S / run_s


def most_under_way(ended_per_s: float) -> float:
    """How much may be under way while the loop is short of time.

    Args:
        ended_per_s: weighed calls that come to their end in a second.
    """
    return max(LEAST, DELAY_S * ended_per_s)


def learn(run_s: float | None, took_s: float, short: bool) -> float:
    """How long an action takes, now that one call more has ended.

    Args:
        run_s: what was known before.
        took_s: by the one that ended.
        short: whether the loop was short of time: then it may have waited for that, and proves
            only that it takes no longer.
    """
    if run_s is None:
        return took_s
    if short and took_s > run_s:
        return run_s
    return run_s + (took_s - run_s) / RUNS_REMEMBERED


class Gate:
    """The calls under way, and whether one more may come."""

    __slots__ = ("_busy_s", "_ended", "_per_s", "most", "refused", "short", "under_way")

    def __init__(self) -> None:
        self.under_way = 0.0
        """Sum of the weights."""
        self.most = 0.0
        """That may be under way while the loop is short of time."""
        self.short = False
        """Whether it is."""
        self.refused = 0
        self._busy_s = 0.0
        self._ended = self._per_s = 0.0

    def is_full(self) -> bool:
        """Whether nobody may come now."""
        return self.short and self.under_way >= self.most

    def enter(self, weight: float) -> None:
        """A call has come."""
        self.under_way += weight

    def leave(self, weight: float) -> None:
        """It has been answered."""
        self.under_way -= weight
        self._ended += weight

    def looked(self, took_s: float, busy: bool) -> None:
        """A window has ended.

        Args:
            took_s: the time since the last one.
            busy: whether the loop had no time to spare.
        """
        self._per_s += (self._ended / took_s - self._per_s) / WINDOWS_REMEMBERED
        self._ended = 0.0
        self._busy_s = self._busy_s + took_s if busy else 0.0
        self.short = self._busy_s >= SUSTAINED_S
        self.most = most_under_way(self._per_s)


class Watch:
    """Looks at the loop for a gate, as long as calls come."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._window = LoopWindow()
        self._timer: asyncio.TimerHandle | None = None
        self._came = False

    def came(self) -> None:
        """A call has come, or has been refused."""
        self._came = True
        if self._timer is None:
            self._begin()

    def _begin(self) -> None:
        self._window.begin()
        self._timer = asyncio.get_running_loop().call_later(WINDOW_S, self._look)

    def _look(self) -> None:
        seen = self._window.end()
        came, self._came = self._came, False
        self._gate.looked(seen.took_s, seen.busy and came)
        self._timer = None
        if came:
            self._begin()

"""Accepting work goes before running it, for as long as more comes than can be done at once.

Both take the processor of the same event loop. Who sends a burst waits for each answer, and nobody
waits for the end of what was only accepted: so while the loop is busy and work streams in, accepted
work begins a little at a time. It never stands still, and when much has piled up both are equal
again, or the backlog would only grow until work had to be refused.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from whisk_platform.common.clock import Clock
from whisk_platform.common.loopwindow import WINDOW_S, LoopWindow
from whisk_platform.common.tasks import Supervisor
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.invoker.pool import Pool
from whisk_platform.invoker.slot import Effect

STREAM = 20
"""Accepted in a window: a thousand a second. Slower than that nobody has to make way."""
SHARE = 8
"""One begins for so many accepted."""
LEAST = 4
"""In each window at least so many begin: two hundred a second."""
SAVING_S = 0.5
"""How long after a busy window nobody gets containers that are of no use on a busy machine."""
REMEMBERED = 8
"""Windows that the number of activations in a second is averaged over."""
MOST_FILLED = 0.6
"""The part of the queue from which on nothing makes way any more."""


def allowance(before: int | None, accepted: int, busy: bool, filled: float) -> int | None:
    """How many may begin in the next window.

    Args:
        before: how many were allowed in the last one; None = as many as could.
        accepted: in the last one.
        busy: whether the loop had no time to spare.
        filled: the part of the queue that is taken.

    Returns:
        None = as many as can.
    """
    if accepted < STREAM or filled >= MOST_FILLED:
        return None
    if busy:
        return max(LEAST, accepted // SHARE)
    # Time to spare is taken up step by step, or both would take turns at starving each other.
    return None if before is None or before > accepted else 2 * before


class Precedence:
    """Holds back what was to begin.

    Args:
        begin: carries out an effect that was held back.
        pool: is told when there is no time for more containers than are of use.
        tasks: is told while something is held.
        clock: the pool's.
    """

    def __init__(
        self, begin: Callable[[Effect], None], pool: Pool, tasks: Supervisor, clock: Clock
    ) -> None:
        self._begin = begin
        self._clock = clock
        self._pool = pool
        self._tasks = tasks
        self._held: deque[Effect] = deque()
        self._came = self._accepted = self._ended = 0
        self._allowed: int | None = None
        self._left: int | None = None
        """What may begin in this window; None = anything."""
        self._timer: asyncio.TimerHandle | None = None
        self._window = LoopWindow()
        self._saving_until = 0.0

    def taken(self, message: ActivationMessage) -> None:
        """Count work that has come."""
        self._came += 1
        self._accepted += message.journaled
        if self._timer is None:
            self._look_again()

    def holds(self, effect: Effect) -> bool:
        """Whether an effect has to wait for its turn; if so, it will be carried out later."""
        if self._left is None or effect.job is None or not effect.job.message.journaled:
            return False
        if self._left > 0:
            self._left -= 1
            return False
        self._held.append(effect)
        self._tasks.hold()
        return True

    def end(self) -> None:
        """Hold nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._pool.saving = False
        self._set(None)

    def _look_again(self) -> None:
        self._window.begin()
        self._timer = asyncio.get_running_loop().call_later(WINDOW_S, self._tick)

    def _tick(self) -> None:
        now = self._clock.monotonic()
        seen = self._window.end()
        came, accepted = self._came, self._accepted
        self._came = self._accepted = 0
        self._timer = None
        if came or self._held:
            self._look_again()
        if seen.busy and came:
            self._saving_until = now + SAVING_S
        pool = self._pool
        pool.saving = now < self._saving_until
        ended, self._ended = pool.ended - self._ended, pool.ended
        pool.ended_per_s += (ended / seen.took_s - pool.ended_per_s) / REMEMBERED
        self._set(allowance(self._allowed, accepted, seen.busy, self._pool.filled))

    def _set(self, allowed: int | None) -> None:
        self._allowed = self._left = allowed
        count = len(self._held) if allowed is None else min(allowed, len(self._held))
        if allowed is not None:
            self._left = allowed - count
        now = self._clock.monotonic()
        for _ in range(count):
            effect = self._held.popleft()
            effect.slot.last_used = now
            self._tasks.let_go()
            self._begin(effect)

"""An event loop on virtual time: whoever sleeps for an hour is woken at once.

For tests and simulations. When nothing is ready, the loop jumps to its next timer instead of
waiting; when there is no timer either, nothing could ever happen again, and the run says so. Code
that measures time gets a ``LoopClock``, so that both stand on the same time.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from whisk_platform.common.errors import WhiskError

EPOCH_MS = 1_700_000_000_000
"""The wall clock at the loop's time zero."""

Result = TypeVar("Result")


class StandstillError(WhiskError):
    """Every task waits for something that nobody is going to do."""


class _VirtualSelector(selectors.SelectSelector):
    """Never waits: it reports how long it would have."""

    def __init__(self, skip: Callable[[float], None]) -> None:
        super().__init__()
        self._skip = skip

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready:
            return ready
        if timeout is None:
            raise StandstillError
        self._skip(timeout)
        return []


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Jumps from timer to timer."""

    def __init__(self) -> None:
        self._now = 0.0
        super().__init__(_VirtualSelector(self._advance))

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._now

    def _advance(self, seconds: float) -> None:
        # A timer that is due "now" must be due after the jump too, whatever rounding does.
        self._now += max(seconds, 1e-9) if seconds > 0 else 0.0


class LoopClock:
    """A clock that shows the running loop's time."""

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        return EPOCH_MS + int(asyncio.get_running_loop().time() * 1000)

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return asyncio.get_running_loop().time()


def run(main: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end on a virtual-time loop of its own.

    Raises:
        StandstillError: every task waits and no timer is set.
    """
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)

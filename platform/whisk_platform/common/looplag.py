"""How late the event loop is: nothing on it may take longer than a few milliseconds.

Source: design.md §3.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from whisk_platform.common.metrics import Histogram, HistogramFamily

INTERVAL_S = 0.5
BOUNDS_US = (500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)


class LoopLag:
    """Sets an alarm again and again, and measures how late it rings; a ``Source``."""

    def __init__(self) -> None:
        self._lag = Histogram(BOUNDS_US)
        self._due = 0.0

    def start(self) -> None:
        """Measure the running loop, until it ends."""
        self._arm(asyncio.get_running_loop())

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        self._due = loop.time() + INTERVAL_S
        loop.call_at(self._due, self._ring, loop)

    def _ring(self, loop: asyncio.AbstractEventLoop) -> None:
        self._lag.observe(max(0, round((loop.time() - self._due) * 1_000_000)))
        self._arm(loop)

    def __call__(self) -> Iterator[HistogramFamily]:
        """Tell what was measured."""
        yield HistogramFamily(
            name="whisk_loop_lag_seconds",
            help="How late the event loop was, looked at twice a second.",
            values=(({}, self._lag),),
            scale=1_000_000,
        )

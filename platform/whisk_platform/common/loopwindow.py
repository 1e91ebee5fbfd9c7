"""How busy the event loop was in a window of time, by its thread's own processor time."""

from __future__ import annotations

import time
from dataclasses import dataclass

WINDOW_S = 0.02
"""What is looked at, and decided for, in one go."""
BUSY = 0.8
"""The part of a window that the loop has computed when it counts as busy."""
LATE_S = 0.005
"""Or how late it comes to its next turn."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One window."""

    took_s: float
    busy: bool
    """Whether the loop had no time to spare."""


class LoopWindow:
    """Looks at the loop on whose thread it is used."""

    __slots__ = ("_computed", "_since")

    def __init__(self) -> None:
        self._since = self._computed = 0.0

    def begin(self) -> None:
        """A window begins, which is to be looked at after ``WINDOW_S``."""
        self._since, self._computed = time.monotonic(), time.thread_time()

    def end(self) -> Seen:
        """Look at the window that ends now."""
        took_s = time.monotonic() - self._since
        return Seen(took_s, is_busy(took_s, time.thread_time() - self._computed))


def is_busy(took_s: float, computed_s: float) -> bool:
    """Whether a window left the loop no time to spare.

    Args:
        took_s: until it was looked at.
        computed_s: processor time of the loop's thread in it.
    """
    return computed_s >= BUSY * took_s or took_s - WINDOW_S >= LATE_S

"""Positions: numbers that say in which order things became known, across processes of one store.

A position is roughly the time in microseconds, so that it tells a moment too; no two of one process
are alike, and a later one is always greater, whatever the wall clock does.
"""

from __future__ import annotations

import threading
import time
from typing import NewType

Position = NewType("Position", int)
"""Microseconds since the epoch, or a little more."""

PER_MS = 1_000
"""Positions in a millisecond."""

_lock = threading.Lock()
_last: list[int] = [0]


def new_position() -> Position:
    """A position greater than every earlier one of this process."""
    with _lock:
        _last[0] = max(time.time_ns() // 1_000, _last[0] + 1)
        return Position(_last[0])


def go_on_from(position: int) -> None:
    """Make all later positions greater than one that a former process has given away.

    Args:
        position: the greatest that is known; needed where the wall clock was set back meanwhile.
    """
    with _lock:
        _last[0] = max(_last[0], position)

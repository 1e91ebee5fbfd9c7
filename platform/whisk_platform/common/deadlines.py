"""Deadlines: alarms that hardly ever ring, so cheap that every call can set a few.

The loop's own timers cost a heap operation to set and one to cancel. Here all alarms with the same
time limit stand in one row, in the order of their setting, which is that of their ringing: setting
and canceling are one dictionary operation each, and only the first of a row holds a timer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from weakref import WeakKeyDictionary

_EARLY_S = 0.001
"""The loop counts in milliseconds, so that a timer may ring by so much too early."""


class Deadline:
    """One alarm that has been set."""

    __slots__ = ("_ring", "_row", "when")

    def __init__(self, row: _Row, when: float, ring: Callable[[], None]) -> None:
        self._row = row
        self._ring = ring
        self.when = when
        """In the loop's time."""

    def cancel(self) -> None:
        """Let it not ring; no effect if it has rung or was canceled."""
        # It may be about to ring, and then it stands in no row any more.
        self._ring = _nothing
        self._row.pop(self, None)

    def ring(self) -> None:
        """Call who waits."""
        self._ring()


def _nothing() -> None:
    """What an alarm calls that was canceled."""


_Row = dict[Deadline, None]


class Deadlines:
    """The alarms of one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._rows: dict[float, _Row] = {}

    def __len__(self) -> int:
        return sum(map(len, self._rows.values()))

    def set(self, delay_s: float, ring: Callable[[], None]) -> Deadline:
        """Set an alarm.

        Args:
            delay_s: seconds from now.
            ring: called on the loop when they have passed.
        """
        loop = self._loop
        row = self._rows.get(delay_s)
        when = loop.time() + delay_s
        if row is None:
            row = self._rows[delay_s] = {}
            loop.call_at(when, self._look, delay_s, row)
        deadline = Deadline(row, when, ring)
        row[deadline] = None
        return deadline

    def _look(self, delay_s: float, row: _Row) -> None:
        now = self._loop.time() + _EARLY_S
        while row:
            first = next(iter(row))
            if first.when > now:
                self._loop.call_at(first.when, self._look, delay_s, row)
                return
            del row[first]
            self._loop.call_soon(first.ring)
        del self._rows[delay_s]


_of_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Deadlines] = WeakKeyDictionary()


def deadlines() -> Deadlines:
    """The alarms of the running loop."""
    loop = asyncio.get_running_loop()
    found = _of_loop.get(loop)
    if found is None:
        found = _of_loop[loop] = Deadlines(loop)
    return found

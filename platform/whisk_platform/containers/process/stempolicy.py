"""How many sandboxes of one kind and memory should wait for work. Pure: time is an argument.

Two policies. ``Adaptive`` is the default: it keeps as many ready as were lately taken within a
second, within a budget, and forgets a burst by halves. ``Scheduled`` is the runtimes manifest's:
a fixed count, or the reactive rules.

Source: contracts data-plane §4.3.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from whisk_platform.entities.runtimes import StemCell

BURST_S = 1.0
"""What is taken within so long has to have been ready, because making takes as long."""
HALF_LIFE_S = 60.0
"""After so long a burst counts half."""
PERIOD_S = 600.0
"""Between two rounds of the reactive rules."""
MOST_EXPIRED = 100
"""So many are removed in one round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do now."""

    make: int = 0
    remove: int = 0
    """So many of the oldest."""


class StemPolicy(Protocol):
    """Decides for one kind and memory."""

    def taken(self, now: float, *, hit: bool) -> None:
        """Somebody needed a sandbox.

        Args:
            now: monotonic seconds.
            hit: whether one was ready.
        """

    def plan(self, now: float, born: Sequence[float], room: int) -> Plan:
        """What to do about what waits.

        Args:
            now: monotonic seconds.
            born: since when each waits, the oldest first.
            room: how many more the memory for stem cells allows.
        """

    def next_change(self, now: float) -> float | None:
        """When ``plan`` will say something new although nothing happens; None = never."""


class Adaptive:
    """Follows the recent rate of starts within what memory allows; shrinks when it is quiet."""

    def __init__(self, least: int, most: int) -> None:
        """Begin quiet.

        Args:
            least: wait whatever happens, also without room.
            most: never more wait.
        """
        self._least = least
        self._most = max(least, most)
        self._recent: deque[float] = deque(maxlen=self._most + 1)
        self._level = 0.0
        self._at = 0.0

    def taken(self, now: float, *, hit: bool) -> None:
        """Count a start, whether one was ready or not."""
        self._recent.append(now)
        while now - self._recent[0] > BURST_S:
            self._recent.popleft()
        self._level = max(self._faded(now), float(min(len(self._recent), self._most)))
        self._at = now

    def plan(self, now: float, born: Sequence[float], room: int) -> Plan:
        """Fill up to the target, or remove what is beyond it."""
        missing = self._target(now) - len(born)
        if missing < 0:
            return Plan(remove=-missing)
        owed = max(0, self._least - len(born))
        return Plan(make=min(missing, max(owed, room)))

    def next_change(self, now: float) -> float | None:
        """When the target falls by one."""
        target = self._target(now)
        if target <= self._least:
            return None
        if target == 1:
            return self._at + HALF_LIFE_S * math.log2(self._level / _NOTHING)
        return self._at + HALF_LIFE_S * math.log2(self._level / (target - 1 + _NOTHING))

    def _target(self, now: float) -> int:
        return max(self._least, math.ceil(self._faded(now) - _NOTHING))

    def _faded(self, now: float) -> float:
        return float(self._level * 0.5 ** ((now - self._at) / HALF_LIFE_S))


_NOTHING = 1 / 16
"""A level that counts as none: a single start is forgotten after four half-lives."""


class Scheduled:
    """The manifest's rules for one of its stem cells."""

    def __init__(self, cell: StemCell, now: float, jitter_s: float = 0.0) -> None:
        """Begin with the initial count.

        Args:
            cell: of the manifest.
            now: monotonic seconds.
            jitter_s: added to each period, so that not all platforms work at the same time.
        """
        self._cell = cell
        self._target = cell.initial_count
        self._colds = 0
        self._period_s = PERIOD_S + jitter_s
        self._round_at = now + PERIOD_S

    def taken(self, now: float, *, hit: bool) -> None:
        """Count a start for which none was ready; what was taken is replaced one for one."""
        self._colds += not hit

    def plan(self, now: float, born: Sequence[float], room: int) -> Plan:
        """Top up; once in a period remove what has expired and decide on a new target."""
        reactive = self._cell.reactive
        expired = 0
        if reactive is not None and now >= self._round_at:
            expired = sum(now - since >= reactive.ttl_s for since in born[:MOST_EXPIRED])
            wanted = self._colds // reactive.threshold * reactive.increment
            self._target = min(max(reactive.min_count, wanted), reactive.max_count)
            self._colds = 0
            while self._round_at <= now:
                self._round_at += self._period_s
        missing = self._target - (len(born) - expired)
        return Plan(make=max(0, min(missing, room)), remove=expired)

    def next_change(self, now: float) -> float | None:
        """When the next round is due; a fixed count never changes."""
        return None if self._cell.reactive is None else self._round_at

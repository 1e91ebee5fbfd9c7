"""What is known about an action's past: how often, after which pauses, and how dear a start is."""

from __future__ import annotations

from collections import deque
from math import frexp

BUCKETS = 52
"""Half octaves from a millisecond up; the last one holds everything beyond eighteen hours."""
SHORTEST_S = 0.001
FORGET_AT = 128
"""Pauses after which all count half, so that an action may change its habits."""
REMEMBERED = 4
"""Removed containers of one action whose absence is noticed."""


def bucket_of(seconds: float) -> int:
    """Which half octave a pause falls into."""
    mantissa, exponent = frexp(seconds / SHORTEST_S)
    return min(BUCKETS - 1, max(0, 2 * exponent - (mantissa < 0.7071)))


class Past:
    """The past of one action, as far as it says something about its future."""

    __slots__ = (
        "_counts",
        "_fresh",
        "_gone",
        "_sums",
        "_tails",
        "calls",
        "cold_s",
        "interval_s",
        "last_call",
        "pauses",
    )

    def __init__(self) -> None:
        self.calls = 0
        """Calls, since it last had no container at all."""
        self.cold_s: float | None = None
        """Smoothed seconds from the decision for a container to the end of init."""
        self.last_call = 0.0
        self.interval_s: float | None = None
        """Smoothed seconds between two calls; the newest count most."""
        self.pauses = 0.0
        """Weight of the pauses that are known."""
        self._counts: list[float] | None = None
        self._sums: list[float] = []
        self._tails: list[tuple[float, float]] = []
        self._fresh = 0
        self._gone: deque[float] = deque(maxlen=REMEMBERED)

    def called(self, now: float) -> None:
        """Note a call."""
        self.calls += 1
        if self.last_call:
            gap = now - self.last_call
            before = self.interval_s
            self.interval_s = gap if before is None else 0.7 * before + 0.3 * gap
        self.last_call = now

    def started(self, seconds: float) -> None:
        """Note how long a cold start took."""
        seconds = max(seconds, SHORTEST_S)
        before = self.cold_s
        self.cold_s = seconds if before is None else 0.7 * before + 0.3 * seconds

    def paused(self, seconds: float) -> None:
        """Note how long a container had been idle when it was needed again."""
        counts = self._counts
        if counts is None:
            counts = self._counts = [0.0] * BUCKETS
            self._sums = [0.0] * BUCKETS
        bucket = bucket_of(seconds)
        counts[bucket] += 1
        self._sums[bucket] += seconds
        self.pauses += 1
        self._fresh += 1
        if self.pauses >= FORGET_AT:
            self._counts = [count / 2 for count in counts]
            self._sums = [total / 2 for total in self._sums]
            self.pauses /= 2

    def removed(self, last_used: float) -> None:
        """Note that an idle container has gone."""
        self._gone.append(last_used)

    def missed(self, now: float) -> None:
        """Note a call that found no container: one that has gone would have been needed now."""
        if self._gone:
            self.paused(max(0.0, now - self._gone.pop()))

    def beyond(self, seconds: float) -> tuple[float, float]:
        """The pauses that were longer than so many seconds.

        Returns:
            Their weight, and their lengths added up, in seconds.
        """
        counts = self._counts
        if counts is None:
            return 0.0, 0.0
        if self._fresh * 8 > self.pauses or not self._tails:
            self._add_up(counts)
        bucket = bucket_of(seconds)
        count, total = self._tails[bucket + 1]
        own = counts[bucket]
        if own and self._sums[bucket] > own * seconds:
            count += own
            total += self._sums[bucket]
        return count, total

    def longest(self, share: float) -> float | None:
        """The pause that this share of all pauses does not exceed; None while none is known."""
        counts = self._counts
        if counts is None:
            return None
        left = self.pauses * (1 - share)
        for bucket in reversed(range(BUCKETS)):
            if counts[bucket] and counts[bucket] > left:
                return self._sums[bucket] / counts[bucket]
            left -= counts[bucket]
        return None

    def _add_up(self, counts: list[float]) -> None:
        tails = [(0.0, 0.0)] * (BUCKETS + 1)
        count = total = 0.0
        for bucket in reversed(range(BUCKETS)):
            count += counts[bucket]
            total += self._sums[bucket]
            tails[bucket] = (count, total)
        self._tails = tails
        self._fresh = 0

"""When an open loop sends: points in time that are fixed before the first request goes out."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of time with one rate."""

    seconds: float
    rate: float
    """Requests per second, on average."""


def intended(phases: Sequence[Phase], seed: int) -> Iterator[int]:
    """Yield when each request is due, whatever has become of the earlier ones.

    Args:
        phases: One after another, without a gap.
        seed: Of the pauses, which are those of independent users (exponential); the same seed leads
            to the same times.

    Yields:
        Nanoseconds since the beginning, ascending.
    """
    draw = random.Random(seed)
    begins = 0.0
    for phase in phases:
        due, ends = begins, begins + phase.seconds
        while phase.rate > 0 and (due := due + draw.expovariate(phase.rate)) < ends:
            yield int(due * 1e9)
        begins = ends

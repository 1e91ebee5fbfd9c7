"""What a trace of an overload says: goodput, refusals, and when everything is normal again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.openloop import Trace
from tests.bench.samples import quantile

WIDTH_S = 0.5
REFUSALS = frozenset({429, 503})
NORMAL = 2.0
"""A window is normal if its p95 is at most so many times the median one's before the storm."""

SLACK_MS = 2.0
"""Added to that: less is the machine's noise."""

STAYS = 4
"""So many normal windows in a row are the end of it."""


@dataclass(slots=True, kw_only=True)
class Window:
    """Half a second of a trace."""

    due: int = 0
    """Requests due in it."""
    good: int = 0
    """Good answers that came in it."""
    refused: int = 0
    """Refusals that came in it."""
    failed: int = 0
    """Of those due in it, without an answer or with another one."""
    p95_ms: float | None = None
    """Of the good ones due in it."""
    refused_p99_ms: float | None = None
    """Of the refused ones due in it."""
    all_good: bool = True
    """Whether all due in it were answered well."""


def windows(trace: Trace, length_s: float) -> list[Window]:
    """Cut a trace into windows.

    Args:
        trace: What became of each request.
        length_s: Of the schedule; what is answered after it is not in any window.
    """
    made = [Window() for _ in range(max(1, round(length_s / WIDTH_S)))]
    good: list[list[int]] = [[] for _ in made]
    refused: list[list[int]] = [[] for _ in made]
    width_ns = WIDTH_S * 1e9
    for due_ns, latency_ns, status in zip(
        trace.due_ns, trace.latency_ns, trace.status, strict=True
    ):
        at = min(int(due_ns / width_ns), len(made) - 1)
        window = made[at]
        window.due += 1
        came = int((due_ns + latency_ns) / width_ns)
        if status == 200:
            good[at].append(latency_ns)
            if came < len(made):
                made[came].good += 1
            continue
        window.all_good = False
        if status in REFUSALS:
            refused[at].append(latency_ns)
            if came < len(made):
                made[came].refused += 1
        else:
            window.failed += 1
    for window, well, badly in zip(made, good, refused, strict=True):
        window.p95_ms = quantile(sorted(well), 0.95) / 1e6 if well else None
        window.refused_p99_ms = quantile(sorted(badly), 0.99) / 1e6 if badly else None
    return made


def goodput(cut: Sequence[Window], begins_s: float, ends_s: float) -> float:
    """Return the good answers per second that came between two points in time."""
    inside = cut[round(begins_s / WIDTH_S) : round(ends_s / WIDTH_S)]
    return sum(window.good for window in inside) / max(WIDTH_S, ends_s - begins_s)


def recovery_s(cut: Sequence[Window], calm_s: float, ends_s: float) -> float | None:
    """Return how long after a storm everything was normal again.

    Args:
        cut: The windows of the whole trace.
        calm_s: When the storm began; what came before is what normal means.
        ends_s: When it ended.

    Returns:
        Seconds, in steps of half of one; ``None`` if it was not normal to the end.
    """
    before = sorted(
        window.p95_ms for window in cut[: round(calm_s / WIDTH_S)] if window.p95_ms is not None
    )
    if not before:
        return None
    bound_ms = NORMAL * before[len(before) // 2] + SLACK_MS
    after = cut[round(ends_s / WIDTH_S) :]
    normal = [
        window.all_good and window.p95_ms is not None and window.p95_ms <= bound_ms
        for window in after
    ]
    stays = min(STAYS, len(normal))
    for first in range(len(normal) - stays + 1):
        if stays and all(normal[first : first + stays]):
            return first * WIDTH_S
    return None

"""Latency samples and what is said of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ENOUGH_FOR_P99 = 1000
"""A p99 of fewer samples is not a p99, and is not reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Quantiles of a set of latencies, in milliseconds; ``None`` where the set is too small."""

    n: int
    errors: int
    p50_ms: float | None
    p90_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    max_ms: float | None
    cold: float | None = None
    """The part of the answers that waited for init, where that was counted."""


def quantile(ordered: Sequence[int], share: float) -> int:
    """Return the nearest-rank quantile.

    Args:
        ordered: At least one sample, ascending.
        share: Between 0 and 1.
    """
    rank = -(-len(ordered) * share // 1)  # rounded up
    return ordered[max(0, int(rank) - 1)]


def summarize(samples_ns: Iterable[int], errors: int = 0, cold: int | None = None) -> Summary:
    """Return what is reported of latencies in nanoseconds."""
    ordered = sorted(samples_ns)

    def at(share: float, enough: int = 1) -> float | None:
        return quantile(ordered, share) / 1e6 if len(ordered) >= enough else None

    return Summary(
        n=len(ordered),
        errors=errors,
        p50_ms=at(0.5),
        p90_ms=at(0.9),
        p95_ms=at(0.95),
        p99_ms=at(0.99, ENOUGH_FOR_P99),
        max_ms=at(1.0),
        cold=None if cold is None or not ordered else cold / len(ordered),
    )


POINTS = (*(step / 200 for step in range(1, 199)), 0.995, 0.998, 0.999, 1.0)
"""Shares at which a distribution is drawn; near the end they lie closer."""


def distribution(samples_ns: Iterable[int]) -> tuple[list[float], list[float]]:
    """Return latencies in milliseconds, and the share of the samples up to each."""
    ordered = sorted(samples_ns)
    if not ordered:
        return [], []
    return [quantile(ordered, share) / 1e6 for share in POINTS], [*POINTS]

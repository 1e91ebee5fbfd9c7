"""Metrics: what is counted, and how it is written for Prometheus.

Whoever counts keeps plain integers and ``Histogram``s; a ``Source`` turns them into families when
somebody asks, so that counting costs next to nothing. The library is imported by the first scrape.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from prometheus_client.core import Metric

DURATION_BOUNDS_MS = (
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000,
)  # fmt: skip
SIZE_BOUNDS = (1 << 6, 1 << 8, 1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20)

Kind: TypeAlias = Literal["counter", "gauge"]
Labels: TypeAlias = Mapping[str, str]
NO_LABELS: Labels = {}


class Histogram:
    """Whole numbers by size."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[int] = DURATION_BOUNDS_MS) -> None:
        """Count from nothing.

        Args:
            bounds: the greatest value of each bucket, ascending; one more has no bound.
        """
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0
        """Sum of what was observed."""

    def observe(self, value: int) -> None:
        """Count one value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def cumulated(self, scale: float) -> Iterator[tuple[str, float]]:
        """Each bound, divided by ``scale``, with the number of values up to it."""
        reached = 0
        for bound, count in zip(self.bounds, self.counts, strict=False):
            reached += count
            yield _number(bound / scale), reached
        yield "+Inf", reached + self.counts[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One metric with its values."""

    name: str
    """Complete, but for the ``_total`` of a counter."""
    kind: Kind
    help: str
    values: Sequence[tuple[Labels, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistogramFamily:
    """One metric of histograms."""

    name: str
    help: str
    values: Sequence[tuple[Labels, Histogram]]
    scale: float = 1000.0
    """What an observed value is divided by, so that milliseconds become seconds."""


Source: TypeAlias = Callable[[], Iterable[Family | HistogramFamily]]
"""Tells how things stand; must be quick and is called on the event loop."""


def counter(name: str, meaning: str, value: float, labels: Labels = NO_LABELS) -> Family:
    """A counter with one value."""
    return Family(name=name, kind="counter", help=meaning, values=((labels, value),))


def gauge(name: str, meaning: str, value: float, labels: Labels = NO_LABELS) -> Family:
    """A gauge with one value."""
    return Family(name=name, kind="gauge", help=meaning, values=((labels, value),))


def render(families: Sequence[Family | HistogramFamily], accept: str) -> tuple[bytes, str]:
    """Write metrics for a scraper; takes milliseconds, so not on the event loop.

    Args:
        families: what the sources told; the process's own figures come on top.
        accept: the scraper's ``Accept`` header, which chooses between the two text formats.

    Returns:
        The document and its content type.
    """
    from prometheus_client.exposition import choose_encoder

    encode, content_type = choose_encoder(accept)
    return encode(_Registry(families)), content_type


class _Registry:
    """What the library's encoders ask: something with ``collect``."""

    def __init__(self, families: Sequence[Family | HistogramFamily]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        from prometheus_client import GCCollector, PlatformCollector, ProcessCollector
        from prometheus_client.registry import CollectorRegistry

        for family in self._families:
            yield _histogram(family) if isinstance(family, HistogramFamily) else _plain(family)
        # These want a registry to enter themselves into; nobody else ever sees this one.
        own = CollectorRegistry(auto_describe=False)
        ProcessCollector(registry=own)
        PlatformCollector(registry=own)
        GCCollector(registry=own)
        yield from own.collect()


def _plain(family: Family) -> Metric:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    made: CounterMetricFamily | GaugeMetricFamily
    if family.kind == "counter":
        made = CounterMetricFamily(family.name, family.help)
        sample = f"{family.name}_total"
    else:
        made = GaugeMetricFamily(family.name, family.help)
        sample = family.name
    for labels, value in family.values:
        made.add_sample(sample, dict(labels), value)
    return made


def _histogram(family: HistogramFamily) -> Metric:
    from prometheus_client.core import HistogramMetricFamily

    made = HistogramMetricFamily(family.name, family.help)
    for labels, found in family.values:
        plain = dict(labels)
        buckets = list(found.cumulated(family.scale))
        for bound, count in buckets:
            made.add_sample(f"{family.name}_bucket", {**plain, "le": bound}, count)
        made.add_sample(f"{family.name}_count", plain, buckets[-1][1])
        made.add_sample(f"{family.name}_sum", plain, found.total / family.scale)
    return made


def _number(value: float) -> str:
    return repr(float(value))

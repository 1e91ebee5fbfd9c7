"""Quantiles are of the samples themselves, and are not invented where there are too few."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.samples import ENOUGH_FOR_P99, distribution, quantile, summarize

SAMPLES = st.lists(st.integers(min_value=0, max_value=10**12), min_size=1, max_size=200)


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1), (0.1, 1), (0.5, 5), (0.9, 9), (0.95, 10), (1.0, 10)]
)
def test_a_quantile_is_the_nearest_rank(share: float, expected: int) -> None:
    assert quantile(range(1, 11), share) == expected


@given(samples=SAMPLES, share=st.floats(min_value=0, max_value=1))
def test_a_quantile_is_a_sample_with_that_share_at_or_below_it(
    samples: list[int], share: float
) -> None:
    ordered = sorted(samples)
    value = quantile(ordered, share)
    assert value in ordered
    assert sum(sample <= value for sample in ordered) >= share * len(ordered) - 1e-6


def test_no_sample_means_no_figure() -> None:
    summary = summarize([], errors=3)
    assert (summary.n, summary.errors, summary.p50_ms, summary.max_ms) == (0, 3, None, None)


def test_a_p99_of_few_samples_is_not_reported() -> None:
    assert summarize(range(ENOUGH_FOR_P99 - 1)).p99_ms is None
    assert summarize(range(ENOUGH_FOR_P99)).p99_ms is not None


def test_latencies_are_reported_in_milliseconds() -> None:
    assert summarize([2_500_000]).p50_ms == 2.5


def test_the_cold_share_is_told_where_it_was_counted() -> None:
    assert summarize([1, 2, 3, 4], cold=1).cold == 0.25
    assert summarize([1, 2, 3, 4]).cold is None
    assert summarize([], cold=0).cold is None


def test_a_distribution_goes_from_near_the_least_to_the_greatest_sample() -> None:
    times, shares = distribution(range(1_000_000, 1_001_000_001, 1_000_000))
    assert (times[0], times[-1], shares[-1]) == (6.0, 1001.0, 1.0)
    assert times == sorted(times)
    assert distribution([]) == ([], [])

"""Metrics become a text that Prometheus reads, whatever the labels hold."""

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from whisk_platform.common.metrics import (
    Family,
    Histogram,
    HistogramFamily,
    counter,
    gauge,
    render,
)


def told(
    *families: Family | HistogramFamily,
) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    text, _ = render(families, "")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def test_a_counter_ends_in_total_and_a_gauge_does_not() -> None:
    found = told(counter("a_b", "Some.", 3), gauge("c_d", "Others.", 0.5))
    assert found["a_b_total", frozenset()] == 3
    assert found["c_d", frozenset()] == 0.5


def test_a_histogram_cumulates_its_buckets_in_seconds() -> None:
    observed = Histogram((1, 10, 100))
    for value in (0, 1, 2, 10, 11, 1000):
        observed.observe(value)
    family = HistogramFamily(name="h_seconds", help="Some.", values=(({"x": "y"}, observed),))
    found = told(family)
    buckets = {
        dict(labels)["le"]: value
        for (name, labels), value in found.items()
        if "h_seconds_b" in name
    }
    assert buckets == {"0.001": 2, "0.01": 4, "0.1": 5, "+Inf": 6}
    own = frozenset({("x", "y")})
    assert found["h_seconds_count", own] == 6
    assert found["h_seconds_sum", own] == 1.024


def test_the_processs_own_figures_are_there() -> None:
    assert ("process_resident_memory_bytes", frozenset()) in told()


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_labels_may_hold_anything(text: str) -> None:
    family = Family(name="a", kind="gauge", help="Some.", values=[({"name": text}, 1)])
    assert told(family)["a", frozenset({("name", text)})] == 1


@given(st.lists(st.integers(0, 10_000_000)))
def test_no_observation_is_lost(values: list[int]) -> None:
    observed = Histogram()
    for value in values:
        observed.observe(value)
    cumulated = [count for _, count in observed.cumulated(1)]
    assert cumulated == sorted(cumulated)
    assert cumulated[-1] == len(values)
    assert observed.total == sum(values)

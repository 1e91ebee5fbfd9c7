"""What is said of an overload follows from when requests were due and what became of them."""

import pytest

from tests.bench.openloop import LOST, Trace
from tests.bench.overload import judge
from tests.bench.sizes import TINY
from tests.bench.windows import Window, goodput, recovery_s, windows


def _trace(*requests: tuple[float, float, int]) -> Trace:
    """A trace of (due, latency, status), in seconds."""
    return Trace(
        due_ns=[int(due * 1e9) for due, _, _ in requests],
        latency_ns=[int(latency * 1e9) for _, latency, _ in requests],
        status=[status for _, _, status in requests],
    )


def test_a_request_counts_when_it_was_due_and_its_answer_when_it_came() -> None:
    first, second, third = windows(
        _trace((0.1, 0.002, 200), (0.2, 0.9, 200), (0.6, 0.01, 429), (1.2, 9.0, LOST)), 1.5
    )
    assert first == Window(due=2, good=1, p95_ms=900)
    assert second == Window(due=1, refused=1, refused_p99_ms=10, all_good=False)
    assert third == Window(due=1, good=1, failed=1, all_good=False)


def test_goodput_is_what_was_answered_well_in_the_time_whenever_it_was_due() -> None:
    cut = windows(_trace((0.1, 0.1, 200), (0.1, 0.6, 200), (0.7, 0.1, 503), (0.8, 3, 200)), 1.0)
    assert goodput(cut, 0.5, 1.0) == 2.0


def _calm(p95_ms: float | None = 1.0, *, all_good: bool = True) -> Window:
    return Window(due=1, good=1, p95_ms=p95_ms, all_good=all_good)


SLOW, REFUSING, SILENT = _calm(50), _calm(all_good=False), _calm(None)


@pytest.mark.parametrize(
    ("after", "seconds"),
    [
        ([_calm()] * 6, 0.0),
        ([SLOW, REFUSING, *[_calm(2.5)] * 4], 1.0),
        ([SLOW, _calm(), SLOW, *[_calm()] * 4], 1.5),
        ([SLOW] * 6, None),
        ([SILENT] * 6, None),
        ([*[_calm()] * 2], 0.0),
    ],
)
def test_normal_again_is_when_windows_look_as_before_and_stay_so(
    after: list[Window], seconds: float | None
) -> None:
    assert recovery_s([_calm(), _calm(), SLOW, SLOW, *after], 1.0, 2.0) == seconds


def test_without_a_calm_before_nobody_knows_what_normal_is() -> None:
    assert recovery_s([SLOW, SLOW, _calm()], 0.0, 1.0) is None


def test_an_overload_is_judged_by_goodput_and_recovery_and_by_refusals_if_there_are_enough() -> (
    None
):
    good = [(at / 100, 0.001, 200) for at in range(250)]
    found = judge(_trace(*good, *[(0.7, 0.005, 503)] * 1000), TINY, 100.0, "L1")
    readings = {reading.goal: reading.value for reading in found.readings}
    assert readings == {"goodput": 100.0, "recovery": 0.0, "refusals": 5.0}
    few = judge(_trace(*good, (0.7, 0.005, 503)), TINY, 100.0, "L1")
    assert few.missing == ["Row 24, refusals: 1 are too few for a p99."]

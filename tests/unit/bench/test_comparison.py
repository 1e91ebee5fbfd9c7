"""The self-test believes a machine only if two identical servers look identical."""

import pytest

from tests.bench.comparison import Pair, difference
from tests.bench.load import Outcome


def _pair(subject: list[int], floor: list[int]) -> Pair:
    return Pair(subject=Outcome(samples_ns=subject), floor=Outcome(samples_ns=floor))


def test_equal_medians_show_no_difference() -> None:
    assert difference(_pair([90, 100, 900], [99, 100, 101])) is None


@pytest.mark.parametrize("factor", [0.9, 1.1])
def test_different_medians_say_by_how_much(factor: float) -> None:
    verdict = difference(_pair([int(1000 * factor)] * 3, [1000] * 3))
    assert verdict == "two identical servers differ by 10% at the median (at most 5% may be noise)"


def test_a_failed_request_ends_the_belief_and_gives_its_reason() -> None:
    pair = _pair([100], [100])
    pair.floor.fail("401: wrong key", 2)
    assert difference(pair) == "2 requests to the floor rig failed: 401: wrong key"


def test_no_answer_is_no_equality() -> None:
    assert difference(_pair([], [100])) == "the floor rig answered nothing"
    assert _pair([], [100]).ratio() is None


def test_a_ratio_is_that_of_the_rounds_so_that_one_disturbed_round_does_not_count() -> None:
    pair = _pair([1000], [100])
    pair.ratios = [2.0, 2.1, 30.0]
    assert pair.ratio() == 2.1


def test_calls_per_core_are_known_only_where_processor_time_is() -> None:
    pair = _pair([100], [100])
    assert pair.per_core() is None
    pair.calls, pair.subject_spent_s = 3000, 1.5
    assert pair.per_core() == 2000

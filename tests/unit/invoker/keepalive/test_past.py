"""What is remembered of an action's pauses."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisk_platform.invoker.keepalive.past import BUCKETS, FORGET_AT, Past, bucket_of

pauses = st.lists(st.floats(min_value=0.001, max_value=1e5), min_size=1, max_size=60)


@given(st.floats(min_value=0, max_value=1e7), st.floats(min_value=0, max_value=1e7))
def test_longer_pauses_never_fall_into_an_earlier_bucket(one: float, other: float) -> None:
    shorter, longer = sorted((one, other))
    assert 0 <= bucket_of(shorter) <= bucket_of(longer) < BUCKETS


@given(st.floats(min_value=0.002, max_value=20_000))
def test_a_bucket_is_half_an_octave(pause: float) -> None:
    assert bucket_of(pause * 2) - bucket_of(pause) == 2
    assert bucket_of(pause * math.sqrt(2) * 1.01) > bucket_of(pause)


@given(pauses)
def test_nothing_is_beyond_the_longest_pause_and_everything_beyond_less_than_none(
    seen: list[float],
) -> None:
    past = Past()
    for pause in seen:
        past.paused(pause)
    assert past.beyond(0)[0] == pytest.approx(len(seen))
    assert past.beyond(0)[1] == pytest.approx(sum(seen))
    assert past.beyond(max(seen) * 2 + 1)[0] == 0


@given(pauses, st.floats(min_value=0, max_value=1e5))
def test_what_is_beyond_an_age_lasts_longer_than_it_on_average(
    seen: list[float], age: float
) -> None:
    past = Past()
    for pause in seen:
        past.paused(pause)
    count, lengths = past.beyond(age)
    assert lengths >= count * age * (1 - 1e-9)


def test_habits_change_after_a_while() -> None:
    past = Past()
    for _ in range(FORGET_AT):
        past.paused(3600)
    for _ in range(FORGET_AT * 4):
        past.paused(1)
    assert past.beyond(100)[0] < 0.2 * past.pauses


def test_a_call_that_misses_a_removed_container_teaches_its_pause() -> None:
    past = Past()
    past.removed(last_used=10)
    past.missed(310)
    past.missed(400)
    assert past.beyond(250) == pytest.approx((1, 300))


@pytest.mark.parametrize(
    ("seen", "share", "longest"),
    [([], 0.97, None), ([5.0], 0.97, 5.0), ([1.0] * 99 + [1000.0], 0.97, 1.0)],
)
def test_nearly_all_pauses_are_over_after(
    seen: list[float], share: float, longest: float | None
) -> None:
    past = Past()
    for pause in seen:
        past.paused(pause)
    found = past.longest(share)
    assert found == (longest if longest is None else pytest.approx(longest))

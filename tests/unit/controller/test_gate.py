"""Who comes when more is asked for than the event loop can do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisk_platform.controller.gate import (
    BRISK_S,
    DELAY_S,
    LEAST,
    SUSTAINED_S,
    UNKNOWN,
    Gate,
    learn,
    most_under_way,
    weight,
)

WINDOW_S = 0.02
WINDOWS = round(SUSTAINED_S / WINDOW_S) + 1


def press(gate: Gate) -> None:
    """Let the loop have no time to spare for long enough."""
    for _ in range(WINDOWS):
        gate.looked(WINDOW_S, True)


@pytest.mark.parametrize(
    ("run_s", "expected"),
    [
        (None, UNKNOWN),
        (0.0, 1.0),
        (BRISK_S, 1.0),
        (10 * BRISK_S, 0.1),
    ],
)
def test_who_spends_the_time_in_user_code_counts_less(run_s: float | None, expected: float) -> None:
    assert weight(run_s) == pytest.approx(expected)


@pytest.mark.parametrize(("per_s", "expected"), [(0.0, LEAST), (100_000.0, 100_000 * DELAY_S)])
def test_as_much_may_be_under_way_as_gets_done_soon(per_s: float, expected: float) -> None:
    assert most_under_way(per_s) == pytest.approx(expected)


def test_with_time_to_spare_everybody_comes() -> None:
    gate = Gate()
    for _ in range(100_000):
        gate.enter(1.0)
    gate.looked(WINDOW_S, False)
    assert not gate.is_full()


def test_a_short_burst_is_not_refused() -> None:
    gate = Gate()
    for _ in range(1000):
        gate.enter(1.0)
    gate.looked(WINDOW_S, True)
    gate.looked(WINDOW_S, False)
    gate.looked(WINDOW_S, True)
    assert not gate.is_full()


def test_a_thousand_that_wait_in_user_code_keep_nobody_out() -> None:
    gate = Gate()
    for _ in range(1000):
        gate.enter(weight(1.0))
    press(gate)
    assert not gate.is_full()


def test_two_hundred_cold_starts_keep_nobody_out() -> None:
    gate = Gate()
    for _ in range(200):
        gate.enter(weight(None))
    press(gate)
    assert not gate.is_full()


def test_who_comes_when_too_much_is_under_way_is_refused_until_something_ends() -> None:
    gate = Gate()
    for _ in range(int(LEAST)):
        gate.enter(1.0)
    press(gate)
    assert gate.is_full()
    gate.leave(1.0)
    assert not gate.is_full()


def test_after_one_window_with_time_to_spare_everybody_comes_again() -> None:
    gate = Gate()
    for _ in range(1000):
        gate.enter(1.0)
    press(gate)
    assert gate.is_full()
    gate.looked(WINDOW_S, False)
    assert not gate.is_full()


def test_on_a_busy_loop_a_long_wait_proves_nothing_about_an_action() -> None:
    assert learn(0.001, 5.0, True) == 0.001
    assert learn(0.001, 5.0, False) > 0.001
    assert learn(1.0, 0.5, True) < 1.0
    assert learn(None, 5.0, True) == 5.0


@given(st.lists(st.booleans(), max_size=300), st.floats(0.001, 10.0))
def test_while_the_loop_is_short_of_time_no_more_than_the_bound_is_under_way(
    turns: list[bool], run_s: float
) -> None:
    gate = Gate()
    press(gate)
    each = weight(run_s)
    inside = 0
    for comes in turns:
        if comes and not gate.is_full():
            gate.enter(each)
            inside += 1
        elif not comes and inside:
            gate.leave(each)
            inside -= 1
        assert gate.under_way < gate.most + each
    assert gate.under_way == pytest.approx(inside * each, abs=1e-9)

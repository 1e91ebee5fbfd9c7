"""What each policy decides, and what all of them promise."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.invoker.keepalive.samples import POLICIES, container, lane, policy, rest
from whisk_platform.common.errors import SettingsError
from whisk_platform.invoker.slot import Slot


def test_an_unknown_policy_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="'lru' is no known implementation of keepalive"):
        policy("lru")


def test_fixed_names_the_least_recently_used_and_one_time_for_all() -> None:
    rule = policy("fixed", keep_alive_s=60)
    dear, cheap = lane("dear", calls=100, cold_s=5), lane("cheap", cold_s=0.001)
    first, second = container(dear), container(cheap)
    rest(rule, first, dear, 1)
    rest(rule, second, cheap, 2)
    assert rule.victim(3) is first
    assert rule.keep_s(first, dear) == rule.keep_s(second, cheap) == 60


@pytest.mark.parametrize(
    ("kept", "goes"),
    [
        ({"calls": 100}, {"calls": 1}),
        ({"calls": 5, "cold_s": 1.0}, {"calls": 5, "cold_s": 0.01}),
        ({"calls": 5, "memory_mb": 128}, {"calls": 5, "memory_mb": 512}),
    ],
    ids=["frequency", "cost", "size"],
)
def test_greedy_dual_weighs(kept: dict[str, float], goes: dict[str, float]) -> None:
    rule = policy("greedy_dual")
    better, worse = lane("a", **kept), lane("b", **goes)  # type: ignore[arg-type]
    first, second = container(better), container(worse)
    rest(rule, first, better, 1)
    rest(rule, second, worse, 2)
    assert rule.victim(3) is second


def test_greedy_dual_lets_past_merits_fade() -> None:
    """Every eviction raises the clock, so what is used now outlives what was used often once."""
    rule = policy("greedy_dual")
    famous = lane("famous", calls=50, cold_s=0.1)
    star = container(famous)
    rest(rule, star, famous, 0)
    for number in range(200):
        once = lane(f"once{number}", calls=5, cold_s=0.1)
        slot = container(once)
        rest(rule, slot, once, number)
        victim = rule.victim(number)
        assert victim is not None
        rule.gone(victim)
        if victim is star:
            return
    pytest.fail("The container of a forgotten action was never evicted.")


def test_histogram_lets_the_one_go_that_is_needed_last() -> None:
    rule = policy("histogram")
    hourly, minutely = lane("hourly"), lane("minutely")
    for _ in range(10):
        hourly.past.paused(3600)
        minutely.past.paused(60)
    first, second = container(minutely), container(hourly)
    rest(rule, first, minutely, 0)
    rest(rule, second, hourly, 1)
    assert rule.victim(30) is second


def test_histogram_knows_when_a_pause_is_nearly_over() -> None:
    """Just before its hour is over an hourly action is dearer than one just called each minute."""
    rule = policy("histogram")
    hourly, minutely = lane("hourly"), lane("minutely")
    for _ in range(10):
        hourly.past.paused(3600)
        minutely.past.paused(60)
    first, second = container(hourly), container(minutely)
    rest(rule, first, hourly, 0)
    rest(rule, second, minutely, 3595)
    assert rule.victim(3595) is second


def test_histogram_gives_up_on_what_has_paused_longer_than_ever() -> None:
    rule = policy("histogram")
    over, alive = lane("over"), lane("alive")
    for _ in range(10):
        over.past.paused(1)
        alive.past.paused(300)
    first, second = container(over), container(alive)
    rest(rule, first, over, 0)
    rest(rule, second, alive, 500)
    assert rule.victim(600) is first


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [([], 3600), ([900.0] * 5, 1350), ([9000.0] * 5, 13_500), ([13_000.0] * 5, 14_400)],
    ids=["unknown", "known", "long", "too long"],
)
def test_histogram_keeps_until_longer_than_its_action_has_ever_paused(
    pauses: list[float], expected: float
) -> None:
    rule = policy("histogram")
    of = lane("a")
    for pause in pauses:
        of.past.paused(pause)
    assert rule.keep_s(container(of), of) == pytest.approx(expected)


@pytest.mark.parametrize("name", POLICIES)
@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 39), st.floats(0.001, 100)), max_size=200))
def test_a_victim_is_always_idle_and_there_is_one_whenever_something_is(
    name: str, steps: list[tuple[int, float]]
) -> None:
    rule = policy(name)
    lanes = [lane(f"a{number}") for number in range(40)]
    idle: set[Slot] = set()
    held: dict[int, Slot] = {}
    now = 0.0
    for which, passed in steps:
        now += passed
        lanes[which].past.called(now)
        slot = held.get(which)
        if slot is not None and slot in idle:
            lanes[which].past.paused(now - slot.last_used)
            rule.gone(slot)
            idle.discard(slot)
        slot = held.setdefault(which, container(lanes[which]))
        rest(rule, slot, lanes[which], now)
        idle.add(slot)
        if len(idle) > 10:
            victim = rule.victim(now)
            assert victim in idle
            rule.gone(victim)
            idle.discard(victim)
            held = {number: kept for number, kept in held.items() if kept is not victim}
    while idle:
        victim = rule.victim(now)
        assert victim in idle
        rule.gone(victim)
        idle.discard(victim)
    assert rule.victim(now) is None


@pytest.mark.parametrize("name", POLICIES)
def test_nobody_stays_forever_while_others_come_and_go(name: str) -> None:
    """Eviction starves nobody: what is idle for good is evicted in the end, however dear it was."""
    rule = policy(name)
    forgotten = lane("forgotten", calls=30, cold_s=0.5)
    for _ in range(20):
        forgotten.past.paused(10)
    last = container(forgotten)
    rest(rule, last, forgotten, 0)
    busy = [lane(f"busy{number}", calls=5, cold_s=0.1) for number in range(50)]
    for step in range(20_000):
        now = step * 0.5
        of = busy[step % 50]
        of.past.called(now)
        of.past.missed(now)
        rest(rule, container(of), of, now)
        if step < 20:
            continue
        victim = rule.victim(now)
        assert victim is not None
        rule.gone(victim)
        if victim is last:
            return
        lane_of = next(each for each in busy if victim in each.warm)
        del lane_of.warm[victim]
        lane_of.past.removed(victim.last_used)
    pytest.fail("A container that nobody needs was never evicted.")

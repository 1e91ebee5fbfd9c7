"""How many sandboxes wait for work: tables of what happened and what is planned."""

import pytest

from whisk_platform.containers.process.stempolicy import (
    BURST_S,
    HALF_LIFE_S,
    PERIOD_S,
    Adaptive,
    Plan,
    Scheduled,
)
from whisk_platform.entities.runtimes import Reactive, StemCell

REACTIVE = Reactive(min_count=1, max_count=4, ttl_s=120, threshold=2, increment=1)
PLENTY = 1000


def _after(takes: int, *, least: int = 2, most: int = 32, spacing: float = 0.001) -> Adaptive:
    policy = Adaptive(least, most)
    for number in range(takes):
        policy.taken(100 + number * spacing, hit=True)
    return policy


@pytest.mark.parametrize(
    ("takes", "waiting", "room", "plan"),
    [
        (0, 0, PLENTY, Plan(make=2)),
        (0, 2, PLENTY, Plan()),
        (0, 0, 0, Plan(make=2)),  # the least is owed whatever memory says
        (1, 1, PLENTY, Plan(make=1)),
        (10, 0, PLENTY, Plan(make=10)),
        (10, 4, 3, Plan(make=3)),
        (10, 1, 0, Plan(make=1)),
        (200, 0, PLENTY, Plan(make=32)),
        (10, 12, PLENTY, Plan(remove=2)),
    ],
)
def test_as_many_wait_as_were_taken_within_a_second(
    takes: int, waiting: int, room: int, plan: Plan
) -> None:
    policy = _after(takes)
    assert policy.plan(100.5, [0.0] * waiting, room) == plan


def test_slow_takes_do_not_add_up() -> None:
    policy = _after(50, spacing=BURST_S * 1.5)
    assert policy.plan(100 + 50 * BURST_S * 1.5, [0.0] * 2, PLENTY) == Plan()


@pytest.mark.parametrize(("half_lives", "target"), [(0, 16), (1, 8), (2, 4), (3, 2), (9, 2)])
def test_a_burst_is_forgotten_by_halves(half_lives: int, target: int) -> None:
    policy = _after(16, spacing=0)
    now = 100 + half_lives * HALF_LIFE_S + 1e-6
    assert policy.plan(now, [0.0] * 16, PLENTY) == Plan(remove=16 - target)


def test_every_change_is_announced_and_then_there_is_none() -> None:
    """Nobody has to look in between: the announced times are exactly those of the changes."""
    policy = _after(6, least=0, spacing=0)
    waiting, now, steps = 6, 100.0, 0
    while (change := policy.next_change(now)) is not None:
        assert change > now
        assert policy.plan(change - 0.001, [0.0] * waiting, PLENTY) == Plan()
        now = change + 0.001
        assert policy.plan(now, [0.0] * waiting, PLENTY) == Plan(remove=1)
        waiting -= 1
        steps += 1
    assert (waiting, steps) == (0, 6)


def test_a_quiet_policy_announces_nothing() -> None:
    assert Adaptive(2, 32).next_change(5.0) is None


def test_a_fixed_count_replaces_what_is_taken_and_never_changes() -> None:
    policy = Scheduled(StemCell(memory_mb=256, initial_count=3), now=0)
    assert policy.plan(0, [], PLENTY) == Plan(make=3)
    for _ in range(20):
        policy.taken(1, hit=False)
    assert policy.plan(1, [0.0, 0.0], PLENTY) == Plan(make=1)
    assert policy.plan(10 * PERIOD_S, [0.0] * 3, PLENTY) == Plan()
    assert policy.next_change(0) is None


@pytest.mark.parametrize(
    ("colds", "waiting", "plan"),
    [
        (0, [], Plan(make=1)),
        (1, [], Plan(make=1)),
        (4, [], Plan(make=2)),
        (7, [], Plan(make=3)),
        (100, [], Plan(make=4)),
        (100, [PERIOD_S], Plan(make=3)),
        (0, [0.0, 0.0], Plan(make=1, remove=2)),  # expired ones go, then it is topped up
        (0, [PERIOD_S - 120, PERIOD_S - 119, PERIOD_S], Plan(remove=1)),
        (0, [PERIOD_S] * 4, Plan()),  # a surplus that has not expired may stay
    ],
)
def test_the_reactive_rules_count_cold_starts_of_a_period(
    colds: int, waiting: list[float], plan: Plan
) -> None:
    policy = Scheduled(StemCell(memory_mb=256, initial_count=2, reactive=REACTIVE), now=0)
    for _ in range(colds):
        policy.taken(1, hit=False)
    policy.taken(1, hit=True)
    assert policy.next_change(1) == PERIOD_S
    assert policy.plan(PERIOD_S, waiting, PLENTY) == plan


def test_the_reactive_counters_begin_anew_with_each_period() -> None:
    cell = StemCell(memory_mb=256, initial_count=2, reactive=REACTIVE)
    policy = Scheduled(cell, now=0, jitter_s=5)
    for _ in range(8):
        policy.taken(1, hit=False)
    assert policy.plan(PERIOD_S, [], PLENTY) == Plan(make=4)
    assert policy.next_change(PERIOD_S) == 2 * PERIOD_S + 5
    assert policy.plan(2 * PERIOD_S + 5, [], PLENTY) == Plan(make=1)


def test_before_its_first_period_the_reactive_count_is_the_initial_one() -> None:
    policy = Scheduled(StemCell(memory_mb=256, initial_count=2, reactive=REACTIVE), now=0)
    assert policy.plan(PERIOD_S - 1, [0.0], PLENTY) == Plan(make=1)
    assert policy.plan(PERIOD_S - 1, [0.0] * 2, PLENTY) == Plan()


def test_memory_bounds_what_the_manifest_wants() -> None:
    policy = Scheduled(StemCell(memory_mb=256, initial_count=3), now=0)
    assert policy.plan(0, [], 1) == Plan(make=1)

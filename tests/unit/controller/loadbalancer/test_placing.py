"""Where activations go: the compatible way bit for bit, the bounded way within its bounds.

Source: contracts data-plane §2.2-§2.5, §11.9; design.md §5.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whisk_platform.controller.loadbalancer.bounded import ASKED, Bounded
from whisk_platform.controller.loadbalancer.hashing import home_hash, step_sizes
from whisk_platform.controller.loadbalancer.placing import Need, Placement
from whisk_platform.controller.loadbalancer.sharding import Sharding
from whisk_platform.controller.loadbalancer.slots import Slots

Make = Callable[[], Sharding | Bounded]
BOTH = pytest.mark.parametrize("make", [Sharding, Bounded])


def _cluster(make: Make, count: int, memory_mb: int = 1024, shares: int = 1) -> Sharding | Bounded:
    placement = make()
    placement.resize([memory_mb] * count, shares)
    return placement


def _need(number: int = 0, **more: object) -> Need:
    return Need(namespace="guest", action=f"guest/action{number}", **more)  # type: ignore[arg-type]


def _indexes(placement: Placement, need: Need, times: int) -> list[int | None]:
    chosen = [placement.place(need) for _ in range(times)]
    return [None if each is None else each.index for each in chosen]


@BOTH
def test_without_invokers_there_is_no_choice(make: Make) -> None:
    assert make().place(_need()) is None
    placement = _cluster(make, 3)
    for index in range(3):
        placement.changed(index, usable=False)
    assert placement.place(_need()) is None


@BOTH
@given(number=st.integers(0, 10_000), count=st.integers(1, 40))
def test_the_first_goes_home(make: Make, number: int, count: int) -> None:
    need = _need(number)
    managed = -(-count * 9 // 10)
    assert _indexes(_cluster(make, count), need, 1) == [need.home % managed]


@given(number=st.integers(0, 10_000), count=st.integers(2, 40))
def test_sharding_fills_home_and_then_goes_on_by_its_step(number: int, count: int) -> None:
    need = _need(number, memory_mb=512)
    managed = -(-count * 9 // 10)
    steps = step_sizes(managed)
    step = steps[need.home % len(steps)]
    walk = [(need.home + step * turn) % managed for turn in range(managed)]
    expected = [index for index in walk for _ in range(2)]
    assert _indexes(_cluster(Sharding, count), need, 2 * managed) == expected


def test_sharding_places_by_chance_when_all_is_full_and_says_so() -> None:
    asked: list[int] = []

    def last(count: int) -> int:
        asked.append(count)
        return count - 1

    placement = Sharding(chance=last)
    placement.resize([256] * 4, 1)
    placement.changed(3, usable=False)
    need = _need()
    assert sorted(_indexes(placement, need, 3), key=str) == [0, 1, 2]
    choice = placement.place(need)
    assert choice is not None
    assert (choice.index, choice.overload) == (2, True)
    assert asked == [3]
    assert placement.places[2].slots.free_mb == -256


@BOTH
def test_images_of_users_have_invokers_of_their_own(make: Make) -> None:
    placement = _cluster(make, 10)
    need = _need(blackbox=True)
    assert _indexes(placement, need, 3) == [9, 9, 9]


@BOTH
def test_who_is_not_healthy_gets_nothing(make: Make) -> None:
    placement = _cluster(make, 10)
    need = _need()
    home = need.home % 9
    placement.changed(home, usable=False)
    assert home not in _indexes(placement, need, 20)
    placement.changed(home, usable=True)
    assert _indexes(placement, need, 1) == [home]


@BOTH
@pytest.mark.parametrize("left", [0, 37, 89])
def test_one_healthy_invoker_among_many_is_found(make: Make, left: int) -> None:
    placement = _cluster(make, 100)
    for index in range(100):
        placement.changed(index, usable=index == left)
    assert _indexes(placement, _need(), 2) == [left, left]


@BOTH
def test_controllers_share_the_memory(make: Make) -> None:
    placement = _cluster(make, 1, memory_mb=2048, shares=2)
    assert placement.places[0].slots.capacity_mb == 1024


@BOTH
def test_what_is_in_use_stays_counted_when_the_cluster_changes(make: Make) -> None:
    placement = _cluster(make, 2)
    need = _need(memory_mb=512)
    placement.place(need)
    home = need.home % 2
    placement.resize([1024] * 5, 2)
    assert placement.places[home].slots.free_mb == 0
    assert len(placement.places) == 5
    placement.release(home, need)
    assert placement.places[home].slots.free_mb == 512


@BOTH
@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 1 << 30), count=st.integers(1, 30))
def test_after_everything_has_ended_everything_is_free(make: Make, seed: int, count: int) -> None:
    chance = random.Random(seed)
    placement = _cluster(make, count, memory_mb=2048)
    running: list[tuple[int, Need]] = []
    for _ in range(300):
        if running and chance.random() < 0.45:
            placement.release(*running.pop(chance.randrange(len(running))))
        elif chance.random() < 0.05:
            placement.changed(chance.randrange(count), usable=chance.random() < 0.7)
        elif chance.random() < 0.03:
            placement.resize([2048] * (len(placement.places) + 1), chance.randrange(1, 4))
        else:
            number = chance.randrange(20)
            need = _need(
                number,
                memory_mb=(128, 256, 512)[number % 3],
                concurrency=(1, 1, 1, 4)[number % 4],
                blackbox=chance.random() < 0.1,
            )
            choice = placement.place(need)
            if choice is not None:
                assert placement.places[choice.index].usable
                running.append((choice.index, need))
    for index, need in running:
        placement.release(index, need)
    assert all(place.slots.free_mb == place.slots.capacity_mb for place in placement.places)
    assert all(place.in_flight == place.in_flight_mb == 0 for place in placement.places)


def test_bounded_stays_at_home_while_home_is_at_ease() -> None:
    placement = _cluster(Bounded, 10, memory_mb=2560)
    need = _need()
    assert len(set(_indexes(placement, need, 5))) == 1, "half of home's memory"


def test_bounded_leaves_home_before_it_is_full_while_others_hold_little() -> None:
    placement = _cluster(Bounded, 10, memory_mb=2560)
    need = _need()
    counted = Counter(_indexes(placement, need, 20))
    assert counted[need.home % 9] < 10
    assert max(counted.values()) <= 6


def test_bounded_queues_with_the_shortest_backlog_when_all_are_full() -> None:
    placement = _cluster(Bounded, 4, memory_mb=256)
    need = _need()
    _indexes(placement, need, 4)
    later = [placement.place(need) for _ in range(40)]
    assert all(choice is not None and choice.overload for choice in later)
    held = [place.in_flight for place in placement.places]
    assert max(held) - min(held) <= 1


def test_bounded_asks_few_of_many() -> None:
    placement = _cluster(Bounded, 5_000, memory_mb=256)
    assert isinstance(placement, Bounded)
    asked = Counter[int]()

    class Full(Slots):
        def try_take(self, action: str, memory_mb: int, concurrency: int) -> bool:
            asked[id(self)] += 1
            return False

    for place in placement.places:
        place.slots = Full(256)
    placement.place(_need())
    assert sum(asked.values()) <= ASKED + 3


def test_bounded_comes_back_to_where_it_has_left_a_container() -> None:
    placement = _cluster(Bounded, 20, memory_mb=512)
    need = _need()
    indexes = _indexes(placement, need, 12)
    last = indexes[7]
    assert last is not None
    placement.release(last, need)
    assert _indexes(placement, need, 1) == [last]


@pytest.mark.parametrize("count", [10, 1_000])
def test_bounded_spreads_one_busy_action_over_as_many_as_it_needs(count: int) -> None:
    placement = _cluster(Bounded, count, memory_mb=2560)
    chosen = Counter(_indexes(placement, _need(), count * 5))
    assert max(chosen.values()) <= 1.25 * 5 * count / (0.9 * count) + 1


def test_homes_are_spread() -> None:
    homes = Counter(home_hash("guest", f"guest/action{number}") % 50 for number in range(5_000))
    assert len(homes) == 50
    assert max(homes.values()) < 2 * 100

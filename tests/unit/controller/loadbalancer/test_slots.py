"""Slots count memory, and places inside containers, and nothing is lost or made up.

Source: contracts data-plane §2.4.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from whisk_platform.controller.loadbalancer.slots import MIN_SLOT_MB, Slots


def test_a_share_is_never_below_one_small_container() -> None:
    assert Slots(10).free_mb == MIN_SLOT_MB


def test_an_activation_takes_the_memory_of_its_container() -> None:
    slots = Slots(512)
    assert slots.try_take("a", 256, 1)
    assert slots.try_take("a", 256, 1)
    assert not slots.try_take("b", 128, 1)
    slots.give_back("a", 256, 1)
    assert slots.try_take("b", 128, 1)


def test_several_activations_share_a_container_before_another_is_counted() -> None:
    slots = Slots(512)
    for _ in range(3):
        assert slots.try_take("a", 256, 3)
    assert slots.free_mb == 256
    assert slots.try_take("a", 256, 3)
    assert slots.free_mb == 0
    assert slots.try_take("a", 256, 3), "the second container has two more places"


def test_memory_comes_back_when_as_many_places_are_free_as_a_container_has() -> None:
    slots = Slots(512)
    for _ in range(4):
        slots.try_take("a", 256, 3)
    slots.give_back("a", 256, 3)
    assert slots.free_mb == 256
    for _ in range(3):
        slots.give_back("a", 256, 3)
    assert slots.free_mb == 512


def test_actions_that_differ_in_version_share_no_container() -> None:
    slots = Slots(512)
    slots.try_take("a@1", 256, 5)
    slots.try_take("a@2", 256, 5)
    assert slots.free_mb == 0


def test_force_takes_more_than_there_is() -> None:
    slots = Slots(128)
    slots.take("a", 256, 1)
    assert slots.free_mb == -128
    assert not slots.try_take("b", 128, 1)
    slots.give_back("a", 256, 1)
    assert slots.free_mb == 128


def test_giving_back_what_is_not_known_changes_nothing() -> None:
    slots = Slots(512)
    slots.give_back("a", 256, 7)
    slots.give_back("a", 256, 1)
    assert slots.free_mb == 512


def test_a_new_share_keeps_count_of_what_is_in_use() -> None:
    slots = Slots(1024)
    slots.take("a", 512, 1)
    slots.resize(512)
    assert slots.free_mb == 0
    slots.give_back("a", 512, 1)
    assert slots.free_mb == 512


class Use(RuleBasedStateMachine):
    """Any order of taking and giving back."""

    def __init__(self) -> None:
        super().__init__()
        self.slots = Slots(2048)
        self.taken: list[tuple[str, int, int]] = []

    @rule(
        action=st.sampled_from("abc"), memory=st.sampled_from([128, 256, 512]), force=st.booleans()
    )
    def take(self, action: str, memory: int, force: bool) -> None:
        concurrency = {"a": 1, "b": 2, "c": 5}[action]
        key = f"{action}{memory}"
        if force:
            self.slots.take(key, memory, concurrency)
        elif not self.slots.try_take(key, memory, concurrency):
            return
        self.taken.append((key, memory, concurrency))

    @rule(chosen=st.randoms(use_true_random=False))
    def give_back(self, chosen: object) -> None:
        if self.taken:
            index = chosen.randrange(len(self.taken))  # type: ignore[attr-defined]
            self.slots.give_back(*self.taken.pop(index))

    @invariant()
    def what_is_used_up_is_what_the_containers_take(self) -> None:
        used = 2048 - self.slots.free_mb
        least = 0
        for key in {each[0] for each in self.taken}:
            same = [each for each in self.taken if each[0] == key]
            _, memory, concurrency = same[0]
            least += memory * -(-len(same) // concurrency)
        assert used >= least
        if not self.taken:
            assert used == 0


TestUse = Use.TestCase

"""The tally counts what has ended, tells actions apart up to a bound, and loses none beyond it."""

import pytest

from tests.unit.invoker.samples import (
    RECEIVED_MS,
    action,
    error_of,
    identity,
    message,
    prepared,
)
from tests.unit.invoker.world import World, run, virtual_pause
from whisk_platform.entities.activation import Response, StatusCode
from whisk_platform.entities.identity import Identity
from whisk_platform.invoker import tally as module
from whisk_platform.invoker import texts
from whisk_platform.invoker.record import Course
from whisk_platform.invoker.tally import OTHERS, Tally

SUCCESS = Response(status_code=StatusCode.SUCCESS, size=10)


def end(tally: Tally, name: str = "a", user: Identity | None = None) -> None:
    called = action(name)
    course = Course(response=SUCCESS, start_ms=RECEIVED_MS + 7, init_ms=30, run_ms=5)
    tally.ended(message(called, user=user), prepared(called), course)


def test_an_activation_counts_for_its_action_and_who_invoked_it() -> None:
    tally = Tally()
    end(tally)
    end(tally, user=identity("stranger"))
    assert set(tally.of_action) == {("guest", "/guest/a"), ("stranger", "/guest/a")}
    found = tally.of_action["guest", "/guest/a"]
    assert (found.kind, found.memory_mb, found.cold) == ("python:3.11", 256, 1)
    assert found.statuses == [1, 0, 0, 0]
    assert (found.wait.total, found.init.total, found.duration.total) == (7, 30, 35)
    assert found.size.total == 10


def test_beyond_the_bound_actions_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SERIES", 2)
    tally = Tally()
    for name in ("a", "b", "c", "d", "c", "a"):
        end(tally, name)
    counts = {key[1]: sum(each.statuses) for key, each in tally.of_action.items()}
    assert counts == {"/guest/a": 2, "/guest/b": 1, OTHERS[1]: 3}


@pytest.mark.parametrize(
    ("course", "counted"),
    [
        (Course(response=SUCCESS, start_ms=0, run_ms=0), 1),
        (Course(response=SUCCESS, start_ms=0, init_ms=9, run_ms=0), 1),
        (Course(response=Response(status_code=StatusCode(2)), start_ms=0, init_ms=9), 0),
        (Course(response=Response(status_code=StatusCode(2)), start_ms=0, init_ms=9, run_ms=1), 1),
    ],
)
def test_a_run_that_init_has_prevented_is_no_run(course: Course, counted: int) -> None:
    tally = Tally()
    tally.ran(course)
    assert sum(tally.run.counts) == counted


def test_cold_and_warm_starts_are_told_apart() -> None:
    async def story() -> None:
        world = World()
        hello = await world.put(action())
        await world.call(hello)
        await world.call(hello)
        tally = world.invoker.tally
        assert (tally.received, tally.cold, tally.prewarmed, tally.warmed) == (2, 1, 0, 1)
        assert sum(tally.run.counts) == 2

    run(story())


def test_a_start_in_a_container_that_nobody_had_taken_is_prewarmed() -> None:
    """It was made for somebody whose namespace was refused meanwhile."""

    async def story() -> None:
        world = World(create_takes_s=1.0)
        hello = await world.put(action())
        waiting = await world.send(message(hello))
        await virtual_pause()
        world.invoker.refuse(frozenset({"guest"}))
        answer = await waiting
        assert error_of(answer) == texts.NAMESPACE_REFUSED
        assert answer.response.status_code is StatusCode.APPLICATION_ERROR
        await virtual_pause(2.0)
        world.invoker.refuse(frozenset())
        await world.call(hello)
        tally = world.invoker.tally
        assert (tally.cold, tally.prewarmed, tally.warmed) == (0, 1, 0)
        assert sum(tally.run.counts) == 1
        assert answer.activation_id not in world.stores.activations.records

    run(story())


def test_a_disabled_invoker_has_room_only_for_steps_of_what_has_begun() -> None:
    async def story() -> None:
        world = World()
        hello = await world.put(action())
        step = message(hello, cause="c" * 32)
        world.invoker.enable(False)
        assert not world.invoker.has_room(message(hello))
        assert world.invoker.has_room(step)
        world.invoker.enable(True)
        assert world.invoker.has_room(message(hello))
        await world.invoker.drain(1)
        world.invoker.enable(True)
        assert not world.invoker.has_room(step)
        assert not world.invoker.enabled

    run(story())

"""Several activations in one container, as the invoker places them (contract §8.2, Concurrency)."""

import asyncio

import msgspec
import pytest

from tests.unit.invoker.samples import action, error_of, message
from tests.unit.invoker.world import World, run, suspended, virtual_pause
from whisk_platform.containers.simulated import SimulatedFactory, Step
from whisk_platform.entities.activation import Activation, StatusCode
from whisk_platform.entities.exec import CodeExec
from whisk_platform.invoker.settings import InvokerSettings

SETTINGS = InvokerSettings(capacity_mb=8192, overcommit=1, container_concurrency=5)


def slow(phase: str, body: bytes) -> Step:
    return Step(takes_s=1)


async def _calls(world: World, number: int) -> list[Activation]:
    shared = await world.put(action("shared", concurrency=5))
    answers = [await world.send(message(shared)) for _ in range(number)]
    return list(await asyncio.gather(*answers))


@pytest.mark.parametrize(("calls", "containers"), [(1, 1), (5, 1), (6, 2), (10, 2), (23, 5)])
def test_a_burst_on_a_cold_action_starts_no_more_containers_than_it_fills(
    calls: int, containers: int
) -> None:
    """Those that are being started and initialized count with the room that they will have."""

    async def story() -> None:
        world = World(SETTINGS, slow, create_takes_s=0.5)
        answers = await _calls(world, calls)
        assert all(answer.response.success for answer in answers)
        assert world.factory.created == containers
        assert sum(a.annotations.get("initTime") is not None for a in answers) == containers
        assert asyncio.get_running_loop().time() == pytest.approx(2.5, abs=0.01)

    run(story())


def test_a_kind_that_runs_one_at_a_time_gets_a_container_for_each() -> None:
    """The limit is accepted all the same."""

    async def story() -> None:
        factory = SimulatedFactory(slow, one_at_a_time=frozenset({"python:3.11"}))
        world = World(SETTINGS, factory=factory)
        answers = await _calls(world, 3)
        assert factory.created == 3
        assert asyncio.get_running_loop().time() == pytest.approx(2, abs=0.01)
        assert answers[0].annotations.value("limits") == {
            "timeout": 60000,
            "memory": 256,
            "logs": 10,
            "concurrency": 5,
        }
        assert world.invoker.status().counts.containers == 3
        other = action("node", concurrency=5, executable=CodeExec(kind="nodejs:20", binary=False))
        shared = await world.put(other)
        await asyncio.gather(*[await world.send(message(shared)) for _ in range(5)])
        assert factory.created == 4

    run(story())


def test_those_behind_an_init_that_fails_get_a_container_of_their_own() -> None:
    """What one has not done says nothing of the next."""
    inits: list[bytes] = []

    def first_fails(phase: str, body: bytes) -> Step:
        if phase == "init":
            inits.append(body)
            return Step(takes_s=1, status=502 if len(inits) == 1 else 200, body=b'{"error":"no"}')
        return Step(takes_s=1)

    async def story() -> None:
        world = World(SETTINGS, first_fails)
        answers = await _calls(world, 4)
        failed = [a for a in answers if not a.response.success]
        assert [error_of(a) for a in failed] == ["no"]
        assert world.factory.created == 2
        assert world.invoker.status().counts.queued == 0

    run(story())


def test_one_that_times_out_lets_the_others_finish_and_ends_the_container() -> None:
    def one_late(phase: str, body: bytes) -> Step:
        return Step(takes_s=100 if b'"late"' in body else 3)

    async def story() -> None:
        world = World(SETTINGS, one_late)
        shared = await world.put(action("shared", concurrency=5, timeout=5000))
        await world.call(shared)
        late = await world.send(message(shared, content=b'{"a":"late"}'))
        others = [await world.send(message(shared)) for _ in range(3)]
        await asyncio.gather(*others)
        assert error_of(await late) == "The action exceeded its time limits of 5000 milliseconds."
        assert all(other.result().response.success for other in others)
        assert (await world.call(shared)).annotations.get("initTime") is not None
        assert world.factory.created == 2

    run(story())


def test_the_death_of_a_container_is_told_to_all_in_it() -> None:
    def one_dies(phase: str, body: bytes) -> Step:
        return Step(takes_s=1) if b'"dies"' not in body else Step(takes_s=0.5, breaks=True)

    async def story() -> None:
        world = World(SETTINGS, one_dies)
        shared = await world.put(action("shared", concurrency=5))
        await world.call(shared)
        answers = [await world.send(message(shared)) for _ in range(3)]
        [container] = world.factory.containers.values()
        asyncio.get_running_loop().call_later(0.5, container.die)
        for answer in await asyncio.gather(*answers):
            assert answer.response.status_code is StatusCode.DEVELOPER_ERROR
            assert error_of(answer) == (
                "The action did not produce a valid response and exited unexpectedly."
            )
        await virtual_pause()
        assert world.factory.containers == {}

    run(story())


def test_two_that_come_at_once_wake_a_container_that_stands_still() -> None:
    async def story() -> None:
        world = World(
            InvokerSettings(capacity_mb=4096, container_concurrency=5, pause_grace_s=10.0), slow
        )
        shared = await world.put(action("shared", concurrency=5))
        await world.call(shared)
        await virtual_pause(11)
        assert suspended(world.factory) == [True]
        answers = [await world.send(message(shared)) for _ in range(3)]
        assert all(a.response.success for a in await asyncio.gather(*answers))
        assert world.factory.created == 1
        assert suspended(world.factory) == [False]

    run(story())


def test_a_new_revision_gets_a_new_container_while_the_old_one_still_works() -> None:
    async def story() -> None:
        world = World(SETTINGS, slow)
        shared = await world.put(action("shared", concurrency=5))
        await world.call(shared)
        old = [await world.send(message(shared)) for _ in range(2)]
        newer = await world.put(msgspec.structs.replace(shared, version="0.0.2"))
        fresh = await world.call(newer)
        assert fresh.annotations.get("initTime") is not None
        assert all(a.response.success for a in await asyncio.gather(*old))
        assert world.factory.created == 2

    run(story())

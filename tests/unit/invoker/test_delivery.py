"""What becomes of accepted work: journal, queue, drain and loss."""

import asyncio

import pytest

from tests.unit.invoker.samples import action, error_of, identity, message
from tests.unit.invoker.world import TOPIC, World, run, steps, virtual_pause
from whisk_platform.common.errors import StoreError, UnavailableError
from whisk_platform.containers.simulated import (
    Step,
    echo,
)
from whisk_platform.entities.activation import Activation, StatusCode
from whisk_platform.entities.limits import NamespaceLimits
from whisk_platform.invoker.settings import InvokerSettings


def test_accepted_work_is_marked_before_user_code_can_see_it() -> None:
    seen: list[bool] = []

    async def story() -> None:
        world = World()

        def watch(phase: str, body: bytes) -> Step:
            [entry] = world.stores.activations.journal.values()
            seen.append(entry.started)
            return echo(phase, body)

        world.factory.behavior = watch
        hello = await world.put(action())
        answer = await (await world.send(message(hello, journaled=True, blocking=False)))
        await world.record(answer)
        assert seen == [True, True]
        assert world.stores.activations.journal == {}

    run(story())


def test_work_that_cannot_be_marked_does_not_run() -> None:
    async def story() -> None:
        world = World()
        hello = await world.put(action())
        sent = message(hello, journaled=True)
        world.stores.activations.fail_with = StoreError("The disk is gone.")
        future: asyncio.Future[Activation] = asyncio.get_running_loop().create_future()
        world.bus.subscribe_acknowledgements(
            "completed0", lambda answer: future.set_result(answer.activation)
        )
        world.bus.redeliver(TOPIC, sent)
        answer = await future
        assert error_of(answer) == "The disk is gone."
        assert steps(world.factory) == [0]

    run(story())


def test_a_namespace_that_stores_nothing_has_no_record_but_an_answer() -> None:
    async def story() -> None:
        world = World()
        hello = await world.put(action())
        user = identity(limits=NamespaceLimits(store_activations=False))
        answer = await (await world.send(message(hello, user=user, journaled=True)))
        await virtual_pause()
        assert answer.response.success
        assert world.stores.activations.records == {}
        assert world.stores.activations.journal == {}

    run(story())


def test_a_full_queue_refuses_before_anything_is_written() -> None:
    def endless(phase: str, body: bytes) -> Step:
        return Step(takes_s=50)

    async def story() -> None:
        settings = InvokerSettings(capacity_mb=256, overcommit=1, max_queued=2, namespace_share=1)
        world = World(settings, endless)
        hello = await world.put(action())
        futures = [await world.send(message(hello))]
        await virtual_pause(1)
        futures += [await world.send(message(hello)), await world.send(message(hello))]
        written = world.stores.activations.accepts
        with pytest.raises(UnavailableError):
            await world.send(message(hello, journaled=True))
        assert world.stores.activations.accepts == written
        assert [(await future).response.success for future in futures] == [True] * 3

    run(story())


def test_draining_finishes_what_runs_and_waits_and_leaves_the_journal_to_the_next_life() -> None:
    def slow(phase: str, body: bytes) -> Step:
        return Step(takes_s=1)

    async def story() -> None:
        world = World(InvokerSettings(capacity_mb=256, overcommit=1), slow)
        hello = await world.put(action())
        running = await world.send(message(hello))
        await virtual_pause(0.1)
        waiting = await world.send(message(hello))
        later = message(hello, journaled=True)
        await world.send(later)
        await world.invoker.drain(30)
        assert running.result().response.success
        assert waiting.result().response.success
        assert list(world.stores.activations.journal) == [later.activation_id]
        assert not world.stores.activations.journal[later.activation_id].started
        assert world.factory.containers == {}
        with pytest.raises(UnavailableError):
            await world.send(message(hello))

    run(story())


def test_what_still_runs_when_the_drain_is_over_ends_as_lost() -> None:
    def endless(phase: str, body: bytes) -> Step:
        return Step(takes_s=50 if phase == "run" else 0)

    async def story() -> None:
        world = World(InvokerSettings(capacity_mb=256, overcommit=1), endless)
        hello = await world.put(action())
        running = await world.send(message(hello, journaled=True))
        await virtual_pause(0.1)
        waiting = await world.send(message(hello))
        await world.invoker.drain(1)
        for future in (running, waiting):
            answer = await future
            assert answer.response.status_code is StatusCode.INTERNAL_ERROR
            assert (
                error_of(answer)
                == "The activation was lost: the platform stopped while it was running."
            )
        assert world.factory.containers == {}
        assert world.stores.activations.journal == {}

    run(story())


def test_started_work_of_a_former_life_gets_a_record_that_says_it_was_lost() -> None:
    async def story() -> None:
        world = World()
        hello = await world.put(action(version="0.0.9"))
        lost = await world.invoker.lost(message(hello, journaled=True))
        assert lost.response.status_code is StatusCode.INTERNAL_ERROR
        assert lost.version == "0.0.9"
        assert world.stores.activations.records[lost.activation_id] == lost

    run(story())

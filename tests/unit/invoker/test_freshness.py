"""Which revision of an action runs, and what happens when it cannot be had."""

import asyncio

from tests.unit.invoker.samples import action, error_of, message
from tests.unit.invoker.world import World, run, steps, virtual_pause
from whisk_platform.common.errors import StoreError
from whisk_platform.entities import stored
from whisk_platform.entities.action import Collection, Package
from whisk_platform.entities.activation import StatusCode
from whisk_platform.entities.exec import SequenceExec
from whisk_platform.entities.names import parse
from whisk_platform.spi.stores import Document


def test_a_newer_revision_is_read_and_the_old_container_goes() -> None:
    async def story() -> None:
        world = World()
        old = await world.put(action(version="0.0.1"))
        await world.call(old)
        new = await world.put(action(version="0.0.2"))
        answer = await world.call(new)
        assert answer.version == "0.0.2"
        await virtual_pause()
        assert len(world.factory.containers) == 1

    run(story())


def test_an_update_while_a_cold_call_waits_runs_the_latest() -> None:
    async def story() -> None:
        world = World(create_takes_s=1)
        old = await world.put(action(version="0.0.1"))
        future = await world.send(message(old))
        await virtual_pause(0.5)
        await world.put(action(version="0.0.2"))
        assert (await future).version == "0.0.2"

    run(story())


def test_an_action_that_was_deleted_while_its_call_waited_is_an_application_error() -> None:
    async def story() -> None:
        world = World(create_takes_s=1)
        hello = await world.put(action())
        future = await world.send(message(hello))
        await virtual_pause(0.5)
        document = await world.stores.artifacts.get(hello.fqn)
        assert document is not None
        await world.stores.artifacts.delete(document)
        answer = await future
        assert answer.response.status_code is StatusCode.APPLICATION_ERROR
        assert error_of(answer) == "Action could not be found or may have been deleted."
        assert world.invoker.status().counts.stem_cells == 1

    run(story())


def test_fetch_failures_end_as_the_contract_says() -> None:
    async def story() -> None:
        world = World()
        gone = await world.call(action("never"))
        assert gone.response.status_code is StatusCode.APPLICATION_ERROR
        assert error_of(gone) == "Action could not be found or may have been deleted."
        package = Package(fqn=parse("/guest/thing"))
        sequence = action("chain", executable=SequenceExec(components=()))
        await world.stores.artifacts.put(
            Document(
                fqn=package.fqn,
                collection=Collection.PACKAGES,
                revision=0,
                updated=0,
                body=stored.encode(package),
            ),
            Document(
                fqn=parse("/guest/corrupt"),
                collection=Collection.ACTIONS,
                revision=0,
                updated=0,
                body=b"{}",
            ),
        )
        await world.put(sequence)
        for name in ("thing", "corrupt", "chain"):
            answer = await world.call(action(name))
            assert answer.response.status_code is StatusCode.INTERNAL_ERROR
            assert error_of(answer) == "Action version is not compatible and cannot be invoked."
        world.stores.artifacts.fail_with = StoreError()
        answer = await world.call(action("other"))
        assert error_of(answer) == "Action could not be fetched."

    run(story())


def test_code_is_read_once_however_many_start_cold() -> None:
    async def story() -> None:
        world = World(create_takes_s=0.1)
        hello = await world.put(action())
        world.stores.artifacts.reads = 0
        answers = await asyncio.gather(*(world.send(message(hello)) for _ in range(6)))
        await asyncio.gather(*answers)
        assert world.factory.created == 6
        assert world.stores.artifacts.reads == 1
        await world.call(hello)
        assert world.stores.artifacts.reads == 1

    run(story())


def test_a_deleted_action_that_was_made_again_runs_its_new_code() -> None:
    async def story() -> None:
        world = World()
        old = await world.put(action(version="0.0.1"))
        await world.call(old)
        document = await world.stores.artifacts.get(old.fqn)
        assert document is not None
        await world.stores.artifacts.delete(document)
        new = await world.put(action(version="0.0.1"), b"other code")
        await world.call(new)
        [container] = world.factory.containers.values()
        assert b"other code" in container.bodies[0]

    run(story())


def test_calls_with_other_init_parameters_get_a_container_of_their_own() -> None:
    async def story() -> None:
        world = World()
        hello = await world.put(action())
        for level in (b'"debug"', b'"info"', b'"debug"'):
            await (await world.send(message(hello, init={"level": level})))
        assert world.factory.created == 2
        assert sorted(steps(world.factory)) == [2, 3]

    run(story())

"""The invoker as a whole, over simulated containers and on virtual time."""

import asyncio
import json

import msgspec
import pytest

from tests.unit.invoker.samples import action, black_box, identity, message
from tests.unit.invoker.world import TOPIC, World, run, virtual_pause
from whisk_platform.common.errors import StoreError, UnavailableError
from whisk_platform.containers.simulated import (
    SimulatedContainer,
    SimulatedFactory,
    Step,
    echo,
)
from whisk_platform.entities import stored
from whisk_platform.entities.action import Collection, Package
from whisk_platform.entities.activation import Activation, StatusCode
from whisk_platform.entities.exec import SequenceExec
from whisk_platform.entities.limits import NamespaceLimits
from whisk_platform.entities.messages import Acknowledgement
from whisk_platform.entities.names import parse
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.spi.containers import ContainerSpec
from whisk_platform.spi.stores import Document


def error_of(activation: Activation) -> str:
    text = json.loads(bytes(activation.response.result))["error"]
    assert isinstance(text, str)
    return text


def steps(factory: SimulatedFactory) -> list[int]:
    """How many bodies each living container has seen."""
    return [len(container.bodies) for container in factory.containers.values()]


def suspended(factory: SimulatedFactory) -> list[bool]:
    """Whether each living container stands still."""
    return [container.suspended for container in factory.containers.values()]


def test_a_cold_call_initializes_and_runs_and_a_warm_one_only_runs() -> None:
    async def story() -> None:
        world = World(create_takes_s=0.003)
        hello = await world.put(action())
        cold = await world.call(hello, b'{"a":1.10}')
        warm = await world.call(hello, b'{"a":2}')
        assert bytes(cold.response.result) == b'{"a":1.10}'
        assert cold.annotations.value("initTime") == 0
        assert warm.annotations.get("initTime") is None
        assert steps(world.factory) == [3]

    run(story())


def test_the_answer_comes_before_the_log_is_read_and_the_record_has_the_log() -> None:
    def slow_log(phase: str, body: bytes) -> Step:
        return Step(logs=(f"T stdout: {phase}",), log_takes_s=60)

    async def story() -> None:
        world = World(behavior=slow_log)
        hello = await world.put(action())
        answer = await world.call(hello)
        assert answer.logs == ()
        assert asyncio.get_running_loop().time() < 1
        stored_record = await world.record(answer)
        assert stored_record.logs == ("T stdout: init", "T stdout: run")
        assert msgspec.structs.replace(stored_record, logs=()) == answer
        assert asyncio.get_running_loop().time() >= 60

    run(story())


@pytest.mark.parametrize(("talk", "containers"), [(False, 1), (True, 1)])
def test_back_to_back_calls_never_wait_for_logs_nor_start_cold(talk: bool, containers: int) -> None:
    """With the talk's order restored, each call waits for the log of the one before."""

    def slow_log(phase: str, body: bytes) -> Step:
        return Step(log_takes_s=0.5)

    async def story() -> None:
        settings = InvokerSettings(capacity_mb=256, overcommit=1, reuse_after_logs=talk)
        world = World(settings, slow_log)
        hello = await world.put(action())
        for _ in range(5):
            await world.call(hello)
        assert world.factory.created == containers
        elapsed = asyncio.get_running_loop().time()
        assert elapsed >= 2 if talk else elapsed < 0.1

    run(story())


def test_the_log_debt_of_a_container_is_bounded() -> None:
    def slow_log(phase: str, body: bytes) -> Step:
        return Step(log_takes_s=1)

    async def story() -> None:
        world = World(InvokerSettings(capacity_mb=256, overcommit=1, log_debt=3), slow_log)
        hello = await world.put(action())
        answers = await asyncio.gather(*(world.send(message(hello)) for _ in range(8)))
        await asyncio.gather(*answers)
        assert asyncio.get_running_loop().time() >= 1

    run(story())


def test_without_logs_nothing_is_collected() -> None:
    def slow_log(phase: str, body: bytes) -> Step:
        return Step(logs=("line",), log_takes_s=60)

    async def story() -> None:
        world = World(behavior=slow_log)
        quiet = await world.put(action(logs=0))
        record = await world.record(await world.call(quiet))
        assert record.logs == ()
        assert asyncio.get_running_loop().time() < 1

    run(story())


def test_a_timeout_ends_the_container_but_not_the_next_call() -> None:
    def late(phase: str, body: bytes) -> Step:
        return Step(takes_s=100 if b'"late"' in body else 0)

    async def story() -> None:
        world = World(behavior=late)
        hello = await world.put(action(timeout=1000))
        answer = await world.call(hello, b'{"a":"late"}')
        assert error_of(answer) == "The action exceeded its time limits of 1000 milliseconds."
        assert answer.annotations.value("timeout") is True
        assert answer.duration == 1000
        record = await world.record(answer)
        assert record.logs[-1].endswith(
            "The action did not initialize or run as expected. Log data might be missing."
        )
        again = await world.call(hello)
        assert again.response.success
        assert again.annotations.get("initTime") is not None

    run(story())


def test_a_failed_init_is_told_with_its_time() -> None:
    def broken(phase: str, body: bytes) -> Step:
        return Step(takes_s=0.25, status=502, body=b'{"error":"no main"}')

    async def story() -> None:
        world = World(behavior=broken)
        answer = await world.call(await world.put(action()))
        assert answer.response.status_code is StatusCode.DEVELOPER_ERROR
        assert error_of(answer) == "no main"
        assert answer.annotations.value("initTime") == 250
        assert (answer.duration, answer.annotations.value("timeout")) == (250, False)
        await world.record(answer)
        await virtual_pause()
        assert world.factory.containers == {}

    run(story())


def test_an_application_error_keeps_the_container() -> None:
    def fails(phase: str, body: bytes) -> Step:
        return Step(body=b'{"error":"mine"}')

    async def story() -> None:
        world = World(behavior=fails)
        hello = await world.put(action())
        await world.call(hello)
        answer = await world.call(hello)
        assert answer.response.status_code is StatusCode.APPLICATION_ERROR
        assert world.factory.created == 1

    run(story())


def test_a_container_that_shuts_down_passes_the_activation_on() -> None:
    asked: list[str] = []

    def first_refuses(phase: str, body: bytes) -> Step:
        asked.append(phase)
        return Step(status=503 if len(asked) == 1 else 200)

    async def story() -> None:
        world = World(behavior=first_refuses)
        answer = await world.call(await world.put(action()))
        assert answer.response.success
        assert asked == ["init", "init", "run"]
        assert len(world.acknowledged) == 1

    run(story())


def test_an_activation_that_every_container_refuses_ends_as_an_internal_error() -> None:
    def refuses(phase: str, body: bytes) -> Step:
        return Step(status=503)

    async def story() -> None:
        world = World(behavior=refuses)
        answer = await world.call(await world.put(action()))
        assert answer.response.status_code is StatusCode.INTERNAL_ERROR
        assert error_of(answer) == "Failed to provision resources to run the action."

    run(story())


def test_a_container_that_died_while_idle_is_replaced_unseen() -> None:
    async def story() -> None:
        world = World()
        hello = await world.put(action())
        await world.call(hello)
        [container] = world.factory.containers.values()
        container.die()
        answer = await world.call(hello)
        assert answer.response.success
        assert world.factory.created == 2

    run(story())


def test_what_cannot_be_created_ends_with_the_contracts_sentence() -> None:
    async def story() -> None:
        world = World()
        world.factory.refuse = "no more processes"
        answer = await world.call(await world.put(action()))
        assert answer.response.status_code is StatusCode.INTERNAL_ERROR
        assert error_of(answer) == "Failed to provision resources to run the action."
        boxed = await world.put(action("boxed", executable=black_box("x/y")))
        answer = await world.call(boxed)
        assert answer.response.status_code is StatusCode.DEVELOPER_ERROR
        assert error_of(answer) == "Failed to pull container image 'x/y'."

    run(story())


def test_an_action_that_can_never_fit_is_refused_at_once() -> None:
    async def story() -> None:
        world = World(InvokerSettings(capacity_mb=256))
        answer = await world.call(await world.put(action(memory=512)))
        assert error_of(answer) == "Failed to provision resources to run the action."

    run(story())


def test_an_idle_container_is_suspended_resumed_and_finally_removed() -> None:
    async def story() -> None:
        world = World(InvokerSettings(capacity_mb=4096, keep_alive_s=600, pause_grace_s=10))
        hello = await world.put(action())
        await world.call(hello)
        assert suspended(world.factory) == [False]
        await virtual_pause(9)
        assert suspended(world.factory) == [False]
        await virtual_pause(2)
        assert suspended(world.factory) == [True]
        assert world.invoker.status().counts.paused == 1
        assert (await world.call(hello)).response.success
        assert suspended(world.factory) == [False]
        await virtual_pause(599)
        assert suspended(world.factory) == [True]
        await virtual_pause(2)
        assert suspended(world.factory) == []
        assert world.factory.created == 1

    run(story())


def test_a_factory_that_cannot_suspend_does_no_harm() -> None:
    async def story() -> None:
        world = World(InvokerSettings(capacity_mb=4096, pause_grace_s=10))
        world.factory.can_suspend = False
        hello = await world.put(action())
        await world.call(hello)
        await virtual_pause(60)
        assert (await world.call(hello)).response.success

    run(story())


def test_nothing_wakes_up_while_nothing_is_there() -> None:
    """Virtual time stands still (and says so) only if no timer is left."""

    async def story() -> None:
        world = World(InvokerSettings(capacity_mb=4096, keep_alive_s=60))
        await world.call(await world.put(action()))
        await virtual_pause(100)
        assert world.factory.containers == {}
        await asyncio.get_running_loop().create_future()

    with pytest.raises(Exception, match="waits for something"):
        run(story())


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
        assert world.stores.artifacts.reads <= 2
        await world.call(hello)
        assert world.stores.artifacts.reads <= 2

    run(story())


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


def test_a_namespaces_own_result_limits_hold() -> None:
    async def story() -> None:
        world = World()
        hello = await world.put(action())
        limits = NamespaceLimits(max_payload_size="10 B", truncation_size="4 B")
        sent = message(hello, user=identity(limits=limits), content=b'{"a":"0123456789"}')
        assert error_of(await (await world.send(sent))).endswith(
            '18 > 10 bytes. The truncated response was: {"a"'
        )

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


def test_several_activations_share_a_container_that_allows_it() -> None:
    def slow(phase: str, body: bytes) -> Step:
        return Step(takes_s=1)

    async def story() -> None:
        world = World(InvokerSettings(capacity_mb=4096, container_concurrency=3), slow)
        hello = await world.put(action(concurrency=10))
        await world.call(hello)
        start = asyncio.get_running_loop().time()
        answers = await asyncio.gather(*(world.send(message(hello)) for _ in range(3)))
        await asyncio.gather(*answers)
        assert world.factory.created == 1
        assert asyncio.get_running_loop().time() - start == pytest.approx(1, abs=0.01)

    run(story())


def test_any_number_of_containers_may_have_died_while_idle() -> None:
    async def story() -> None:
        world = World(create_takes_s=0.01)
        hello = await world.put(action())
        answers = await asyncio.gather(*(world.send(message(hello)) for _ in range(6)))
        await asyncio.gather(*answers)
        for container in list(world.factory.containers.values()):
            container.die()
        assert (await world.call(hello)).response.success

    run(story())


def test_a_factory_that_breaks_its_promises_ends_the_call_and_nothing_else() -> None:
    class Careless(SimulatedFactory):
        """Raises what the port does not allow."""

        broken = True

        async def create(self, spec: ContainerSpec) -> SimulatedContainer:
            if self.broken:
                raise RuntimeError("not promised")
            return await super().create(spec)

    async def story() -> None:
        factory = Careless()
        world = World(factory=factory)
        hello = await world.put(action())
        answer = await world.call(hello)
        assert error_of(answer) == "Failed to provision resources to run the action."
        factory.broken = False
        assert (await world.call(hello)).response.success

    run(story())


def test_an_error_of_ours_in_a_run_is_an_internal_error_and_costs_the_container() -> None:
    def wrong(phase: str, body: bytes) -> Step:
        raise RuntimeError("a defect")

    async def story() -> None:
        world = World(behavior=wrong)
        hello = await world.put(action())
        answer = await world.call(hello)
        assert answer.response.status_code is StatusCode.INTERNAL_ERROR
        assert error_of(answer) == "There was an internal error while the action was invoked."
        await virtual_pause()
        assert world.factory.containers == {}
        world.factory.behavior = echo
        assert (await world.call(hello)).response.success

    run(story())


def test_who_waits_for_an_answer_cannot_take_the_container_along() -> None:
    def fail(_: Acknowledgement) -> None:
        raise RuntimeError("the controller's defect")

    async def story() -> None:
        world = World()
        hello = await world.put(action())
        await world.call(hello)
        sent = message(hello)
        world.bus.subscribe_acknowledgements("completed0", fail)
        await world.bus.send(TOPIC, sent)
        await virtual_pause()
        assert sent.activation_id in world.stores.activations.records
        assert world.invoker.status().counts.idle == 1

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

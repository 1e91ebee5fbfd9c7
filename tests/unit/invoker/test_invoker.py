"""The invoker as a whole, over simulated containers and on virtual time."""

import asyncio

import msgspec
import pytest

from tests.unit.invoker.samples import action, black_box, error_of, identity, message
from tests.unit.invoker.world import TOPIC, World, run, steps, suspended, virtual_pause
from whisk_platform.containers.simulated import (
    SimulatedContainer,
    SimulatedFactory,
    Step,
    echo,
)
from whisk_platform.entities.activation import StatusCode
from whisk_platform.entities.limits import NamespaceLimits
from whisk_platform.entities.messages import Acknowledgement
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.spi.containers import ContainerSpec


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
        world = World(InvokerSettings(capacity_mb=4096, keep_alive="fixed", pause_grace_s=10))
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
        world = World(InvokerSettings(capacity_mb=4096, keep_alive="fixed", keep_alive_s=60))
        await world.call(await world.put(action()))
        await virtual_pause(100)
        assert world.factory.containers == {}
        await asyncio.get_running_loop().create_future()

    with pytest.raises(Exception, match="waits for something"):
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

"""The simulated factory keeps the promises of the port."""

import asyncio

import pytest

from tests.unit.invoker.world import run, virtual_pause
from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.simulated import SimulatedContainer, SimulatedFactory, Step
from whisk_platform.spi.containers import (
    Broken,
    CollectedLogs,
    ContainerFactory,
    ContainerSpec,
    Outcome,
    Reply,
    TimedOut,
)

SPEC = ContainerSpec(kind="python:3.11", memory_mb=256, name="test")


async def made(step: Step) -> tuple[SimulatedFactory, SimulatedContainer]:
    factory = SimulatedFactory(lambda phase, body: step)
    port: ContainerFactory = factory
    await port.start()
    return factory, await factory.create(SPEC)


async def outcome(container: SimulatedContainer, limit_bytes: int = 100) -> Outcome:
    log = container.open_log(1000)
    return await container.run(b"{}", timeout_s=1, log=log, limit_bytes=limit_bytes)


@pytest.mark.parametrize(
    ("step", "expected", "alive"),
    [
        (Step(body=b"[1]"), Reply(status=200, body=b"[1]", size=3), True),
        (Step(body=b"x" * 200), Reply(status=200, body=b"x" * 100, size=200), True),
        (Step(takes_s=2), TimedOut(), False),
        (Step(breaks=True), Broken(out_of_memory=False), False),
        (Step(out_of_memory=True), Broken(out_of_memory=True), False),
    ],
)
def test_a_run_ends_as_its_step_says(step: Step, expected: Outcome, alive: bool) -> None:
    async def story() -> None:
        _, container = await made(step)
        assert await outcome(container) == expected
        assert container.alive is alive

    run(story())


def test_destroying_ends_what_runs_in_it_at_once() -> None:
    async def story() -> None:
        factory, container = await made(Step(takes_s=0.9))
        running = asyncio.create_task(outcome(container))
        await virtual_pause(0.1)
        await container.destroy()
        await container.destroy()
        assert await running == Broken(out_of_memory=False)
        assert asyncio.get_running_loop().time() < 0.2
        assert factory.memory_used_mb() == 0

    run(story())


def test_a_log_is_cut_at_its_limit() -> None:
    async def story() -> None:
        _, container = await made(Step(logs=("12345", "67890"), logs_complete=False))
        log = container.open_log(10)
        await container.run(b"{}", timeout_s=1, log=log, limit_bytes=100)
        assert await log.read() == CollectedLogs(lines=("12345",), truncated=True, complete=False)

    run(story())


def test_creation_can_be_refused_and_closing_leaves_nothing() -> None:
    async def story() -> None:
        factory, container = await made(Step())
        factory.refuse = "no"
        with pytest.raises(ContainerError):
            await factory.create(SPEC)
        await factory.close()
        assert not container.alive
        assert factory.containers == {}

    run(story())


def test_a_tap_sees_lines_while_the_step_still_runs() -> None:
    async def story() -> None:
        _, container = await made(Step(takes_s=0.5, logs=("one", "two")))
        seen: list[str] = []
        log = container.open_log(1000, seen.extend)
        running = asyncio.create_task(container.run(b"{}", timeout_s=1, log=log, limit_bytes=100))
        await virtual_pause(0.1)
        assert (seen, running.done()) == (["one", "two"], False)
        await running
        assert (await log.read()).lines == ("one", "two")

    run(story())

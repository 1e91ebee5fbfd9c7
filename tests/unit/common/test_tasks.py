"""Side tasks are named, held and watched."""

import asyncio

import pytest

from tests.waiting import eventually
from whisk_platform.common.errors import UnavailableError
from whisk_platform.common.tasks import Supervisor


class Failures(list[tuple[str, BaseException]]):
    """What a supervisor reported."""

    def report(self, name: str, error: BaseException) -> None:
        self.append((name, error))


async def work(gate: asyncio.Event) -> None:
    await gate.wait()


async def fail() -> None:
    raise RuntimeError("no")


async def test_a_task_has_its_name_and_is_held_until_it_ends() -> None:
    supervisor, gate = Supervisor("test", Failures().report), asyncio.Event()
    task = supervisor.spawn(work(gate), "watch the gate")
    assert task.get_name() == "watch the gate"
    assert len(supervisor) == 1
    gate.set()
    assert await supervisor.wait(10)
    assert len(supervisor) == 0


async def test_what_a_task_raises_is_reported_once() -> None:
    failures = Failures()
    supervisor = Supervisor("test", failures.report)
    supervisor.spawn(fail(), "the failing one")
    await eventually(lambda: failures, "the report")
    assert [(name, str(error)) for name, error in failures] == [("the failing one", "no")]


async def test_no_more_tasks_are_taken_than_the_bound() -> None:
    supervisor, gate = Supervisor("test", Failures().report, bound=1), asyncio.Event()
    supervisor.spawn(work(gate), "one")
    with pytest.raises(UnavailableError):
        supervisor.spawn(work(gate), "two")
    await supervisor.close()


async def test_closing_waits_then_cancels_and_takes_nothing_more() -> None:
    failures = Failures()
    supervisor, gate = Supervisor("test", failures.report), asyncio.Event()
    task = supervisor.spawn(work(gate), "endless")
    assert not await supervisor.wait(0.001)
    await supervisor.close(0.001)
    assert task.cancelled()
    assert failures == []
    with pytest.raises(UnavailableError):
        supervisor.spawn(work(gate), "late")


async def test_who_waits_for_tasks_waits_for_what_is_held_too() -> None:
    supervisor = Supervisor("test", Failures().report)
    supervisor.hold()
    supervisor.hold()
    assert not await supervisor.wait(0.01)
    asyncio.get_running_loop().call_later(0.01, supervisor.let_go)
    asyncio.get_running_loop().call_later(0.02, supervisor.let_go)
    assert await supervisor.wait(10)

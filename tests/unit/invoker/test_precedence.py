"""Accepting work goes before running it, within bounds."""

import asyncio
import time

import msgspec
import pytest

from tests.unit.invoker.samples import job
from tests.waiting import eventually
from whisk_platform.common.clock import SystemClock
from whisk_platform.common.tasks import Supervisor
from whisk_platform.invoker.job import Job
from whisk_platform.invoker.lanes import SEVERAL
from whisk_platform.invoker.pool import MOST_WAIT_S, Pool
from whisk_platform.invoker.precedence import (
    LEAST,
    MOST_FILLED,
    SHARE,
    STREAM,
    Precedence,
    allowance,
)
from whisk_platform.invoker.proxy import Do
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.invoker.slot import Effect, Slot


@pytest.mark.parametrize(
    ("before", "accepted", "busy", "filled", "expected"),
    [
        (None, STREAM - 1, True, 0.0, None),
        (None, 1000, False, 0.0, None),
        (None, 1000, True, 0.0, 1000 // SHARE),
        (None, STREAM, True, 0.0, LEAST),
        (10, 1000, True, MOST_FILLED, None),
        (10, 1000, False, 0.0, 20),
        (1001, 1000, False, 0.0, None),
    ],
)
def test_what_may_begin(
    before: int | None, accepted: int, busy: bool, filled: float, expected: int | None
) -> None:
    assert allowance(before, accepted, busy, filled) == expected


def test_some_always_may() -> None:
    """Nothing starves, however much streams in."""
    assert all((allowance(None, n, True, 0.0) or LEAST) >= LEAST for n in range(10_000))


class Scene:
    """A precedence, and what it has begun."""

    def __init__(self) -> None:
        self.begun: list[Effect] = []
        self.pool = Pool(InvokerSettings(), 4096, lambda: 0)
        self.tasks = Supervisor("test", lambda task, error: None)
        self.precedence = Precedence(self.begun.append, self.pool, self.tasks, SystemClock())

    async def press(self) -> None:
        """Let much be accepted on a loop that has no time to spare."""
        for _ in range(100):
            self.precedence.taken(journaled().message)
        end = time.thread_time() + 0.05
        while time.thread_time() < end:
            pass
        await eventually(lambda: self.pool.saving, "the window to end")


def journaled() -> Job:
    """Work that was accepted."""
    made = job()
    made.message = msgspec.structs.replace(made.message, blocking=False, journaled=True)
    return made


def effect(of: Job) -> Effect:
    """It is to run in a container of its own."""
    slot = Slot(number=1, kind=of.prepared.container_kind, memory_mb=256, namespace="guest")
    return Effect(Do.RUN, slot, of)


async def test_on_a_loop_with_time_to_spare_nothing_is_held() -> None:
    scene = Scene()
    scene.precedence.taken(journaled().message)
    assert not scene.precedence.holds(effect(journaled()))
    scene.precedence.end()


async def test_accepted_work_makes_way_and_is_begun_in_order_as_soon_as_the_stream_ends() -> None:
    scene = Scene()
    await scene.press()
    effects = [effect(journaled()) for _ in range(100)]
    held = [each for each in effects if scene.precedence.holds(each)]
    assert 0 < len(held) <= 100 - LEAST
    await eventually(lambda: len(scene.begun) == len(held), "everything to begin")
    assert scene.begun == held
    assert await scene.tasks.wait(1)
    scene.precedence.end()


async def test_a_call_that_somebody_waits_for_never_makes_way() -> None:
    scene = Scene()
    await scene.press()
    assert not any(scene.precedence.holds(effect(job())) for _ in range(1000))
    scene.precedence.end()


async def test_who_stops_waits_for_nothing_that_is_held() -> None:
    scene = Scene()
    await scene.press()
    held = [
        each for each in (effect(journaled()) for _ in range(50)) if scene.precedence.holds(each)
    ]
    assert not await asyncio.wait_for(scene.tasks.wait(0), 1) or not held
    scene.precedence.end()
    assert scene.begun == held
    assert not scene.pool.saving


def _quick(count: int) -> Pool:
    """A pool with so many containers of one action, each of which has run for a millisecond."""
    pool = Pool(InvokerSettings(parallel_starts=count), 65_536, lambda: 0)
    slots: list[Slot] = []
    for _ in range(count):
        slots += [each.slot for each in pool.submit(job(), 0.0) if each.do is Do.CREATE]
    for each in [each for slot in slots for each in pool.created(slot, 0.0)]:
        pool.initialized(each.slot, 0.0)
        pool.released(each.slot, 0.001, reusable=True)
    return pool


@pytest.mark.parametrize(("count", "more"), [(SEVERAL, 0), (SEVERAL - 1, 1)])
def test_who_is_quick_in_several_containers_gets_no_more_while_the_processor_is_short(
    count: int, more: int
) -> None:
    pool = _quick(count)
    pool.saving = True
    for _ in range(count):
        pool.submit(job(), 0.0)
    assert [each.do for each in pool.submit(job(), 0.0)].count(Do.CREATE) == more
    pool.saving = False
    assert [each.do for each in pool.submit(job(), 0.0)].count(Do.CREATE) > 0


def test_who_would_wait_too_long_on_a_busy_machine_is_told_at_once() -> None:
    pool = _quick(SEVERAL)
    pool.ended_per_s = 100.0
    pool.saving = True
    for _ in range(SEVERAL + int(100 * MOST_WAIT_S)):
        pool.submit(job(), 0.0)
    assert not pool.is_jammed(job().key)
    pool.submit(job(), 0.0)
    assert pool.is_jammed(job().key)
    pool.saving = False
    assert not pool.is_jammed(job().key)


def test_nobody_is_refused_for_work_that_nobody_waits_for() -> None:
    pool = _quick(SEVERAL)
    pool.saving = True
    for _ in range(1000):
        pool.submit(journaled(), 0.0)
    assert not pool.is_jammed(job().key)

"""Alarms ring once, on time, in order, and not at all when canceled."""

from __future__ import annotations

import asyncio

from whisk_platform.common import virtualtime
from whisk_platform.common.deadlines import Deadlines, deadlines


async def _passed(seconds: float) -> None:
    """Let virtual time pass."""
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    loop.call_later(seconds, over.set_result, None)
    await over


def test_alarms_ring_when_their_time_has_come() -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        rung: list[tuple[str, float]] = []
        begin = loop.time()

        def set_alarm(name: str, delay_s: float) -> None:
            deadlines().set(delay_s, lambda: rung.append((name, round(loop.time() - begin, 2))))

        set_alarm("long", 60.0)
        set_alarm("short", 1.0)
        await _passed(0.5)
        set_alarm("late", 1.0)
        await _passed(100)
        assert rung == [("short", 1.0), ("late", 1.5), ("long", 60.0)]
        assert len(deadlines()) == 0

    virtualtime.run(story())


def test_a_canceled_alarm_is_silent_and_forgotten_at_once() -> None:
    async def story() -> None:
        row = Deadlines(asyncio.get_running_loop())
        rung: list[str] = []
        first = row.set(1.0, lambda: rung.append("first"))
        row.set(1.0, lambda: rung.append("second"))
        first.cancel()
        assert len(row) == 1
        await _passed(5)
        assert rung == ["second"]
        first.cancel()

    virtualtime.run(story())


def test_who_is_about_to_ring_can_still_be_silenced_by_who_rings_first() -> None:
    async def story() -> None:
        row = Deadlines(asyncio.get_running_loop())
        rung: list[str] = []

        def first() -> None:
            rung.append("first")
            second.cancel()

        row.set(1.0, first)
        second = row.set(1.0, lambda: rung.append("second"))
        await _passed(5)
        assert rung == ["first"]

    virtualtime.run(story())


def test_an_alarm_set_while_its_row_is_empty_rings_as_late_as_it_should() -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        row = Deadlines(loop)
        begin = loop.time()
        rung: list[float] = []
        row.set(1.0, lambda: None).cancel()
        await _passed(0.9)
        row.set(1.0, lambda: rung.append(round(loop.time() - begin, 2)))
        await _passed(5)
        assert rung == [1.9]

    virtualtime.run(story())

"""Virtual time passes at once, and only when nothing else can happen."""

import asyncio
import time

import pytest

from whisk_platform.common.virtualtime import EPOCH_MS, LoopClock, StandstillError, run


def test_an_hour_passes_at_once_and_clocks_show_it() -> None:
    async def story() -> tuple[float, int]:
        clock = LoopClock()
        await asyncio.wait_for(asyncio.Event().wait(), 7200)
        return clock.monotonic(), clock.now_ms()

    async def late() -> None:
        with pytest.raises(TimeoutError):
            await story()
        assert LoopClock().monotonic() == pytest.approx(7200)
        assert LoopClock().now_ms() == pytest.approx(EPOCH_MS + 7_200_000, abs=1)

    begin = time.monotonic()
    run(late())
    assert time.monotonic() - begin < 60


def test_timers_go_off_in_order_and_ready_work_comes_first() -> None:
    order: list[str] = []

    async def story() -> None:
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        loop.call_later(2, done.set_result, None)
        loop.call_later(1.5, order.append, "two")
        loop.call_later(1, order.append, "one")
        loop.call_soon(order.append, "now")
        await done

    run(story())
    assert order == ["now", "one", "two"]


def test_a_wait_for_nothing_is_told() -> None:
    async def story() -> None:
        await asyncio.Event().wait()

    with pytest.raises(StandstillError):
        run(story())

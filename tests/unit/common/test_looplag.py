"""The loop's lag is what an alarm is late, on a loop whose time stands still or jumps."""

import asyncio

from whisk_platform.common import virtualtime
from whisk_platform.common.looplag import INTERVAL_S, LoopLag
from whisk_platform.common.metrics import Histogram


def _measured(lag: LoopLag) -> Histogram:
    (family,) = lag()
    ((_, histogram),) = family.values
    return histogram


def test_a_loop_that_is_never_busy_is_never_late() -> None:
    async def story() -> None:
        lag = LoopLag()
        lag.start()
        done = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(INTERVAL_S * 10.5, done.set_result, None)
        await done
        assert (sum(_measured(lag).counts), _measured(lag).total) == (10, 0)

    virtualtime.run(story())

"""Health: alive while it answers, ready while it can serve, with the reasons when not."""

import asyncio

import pytest

from tests.contract.assembly import Assembly
from tests.contract.rest.caller import Caller
from tests.contract.rest_admin.conftest import ADMIN
from whisk_platform.common.clock import VirtualClock
from whisk_platform.common.errors import StoreError, StoreFullError
from whisk_platform.controller.admission import Admission
from whisk_platform.controller.readiness import FRESH_S, Readiness
from whisk_platform.stores.memory import MemoryStores


async def test_who_answers_is_alive(anonymous: Caller) -> None:
    reply = await anonymous.get("/health/live")
    assert (reply.status, reply.json) == (200, {"live": True})


async def test_who_can_serve_is_ready(anonymous: Caller) -> None:
    reply = await anonymous.get("/health/ready")
    assert (reply.status, reply.json) == (200, {"ready": True, "reasons": []})


async def test_every_reason_is_told(operator: Caller, anonymous: Caller) -> None:
    await operator.post("/disable")
    await operator.post(ADMIN + "/invokers/invoker0", {"enabled": False})
    reply = await anonymous.get("/health/ready")
    assert (reply.status, reply.json) == (
        503,
        {
            "ready": False,
            "reasons": ["This controller is being drained.", "No invoker takes work."],
        },
    )
    assert (await anonymous.get("/health/live")).status == 200


class TestStore:
    """The store is asked to write, as rarely as will do."""

    @pytest.fixture
    def stores(self) -> MemoryStores:
        return MemoryStores()

    @pytest.fixture
    def clock(self) -> VirtualClock:
        return VirtualClock()

    @pytest.fixture
    def readiness(self, platform: Assembly, stores: MemoryStores, clock: VirtualClock) -> Readiness:
        admission = Admission(platform.services.operations.invokers)
        return Readiness(stores.check_writable, admission, clock)

    async def test_a_store_that_takes_no_writes_is_a_reason(
        self, readiness: Readiness, stores: MemoryStores
    ) -> None:
        stores.activations.fail_with = StoreFullError()
        assert await readiness.reasons() == [
            "The store takes no writes: The disk that holds the state directory is full."
            " Free some space and repeat the request."
        ]

    async def test_what_the_store_said_counts_for_a_second(
        self, readiness: Readiness, stores: MemoryStores, clock: VirtualClock
    ) -> None:
        assert await readiness.reasons() == []
        stores.activations.fail_with = StoreError()
        assert await readiness.reasons() == []
        clock.advance(FRESH_S)
        assert len(await readiness.reasons()) == 1
        stores.activations.fail_with = None
        clock.advance(FRESH_S)
        assert await readiness.reasons() == []

    async def test_however_many_ask_the_store_is_asked_once(self, platform: Assembly) -> None:
        asked = 0
        begun, answer = asyncio.Event(), asyncio.Event()

        async def probe() -> None:
            nonlocal asked
            asked += 1
            begun.set()
            await answer.wait()

        admission = Admission(platform.services.operations.invokers)
        readiness = Readiness(probe, admission, VirtualClock())
        asking = [asyncio.create_task(readiness.reasons()) for _ in range(50)]
        await begun.wait()
        asking.pop().cancel()
        answer.set()
        assert await asyncio.gather(*asking) == [[]] * 49
        assert asked == 1

    async def test_a_store_on_disk_writes_without_a_trace(self, platform: Assembly) -> None:
        before = platform.stores.transactions
        await platform.stores.check_writable()
        assert platform.stores.transactions == before + 1
        assert await platform.stores.activations.pending() == []

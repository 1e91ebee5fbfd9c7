"""An invoker in a world without files, processes or real time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from tests.unit.invoker.samples import message
from whisk_platform.common import virtualtime
from whisk_platform.common.ids import ActivationId
from whisk_platform.common.virtualtime import LoopClock
from whisk_platform.containers.simulated import Behavior, SimulatedFactory, echo
from whisk_platform.entities import stored
from whisk_platform.entities.action import Action, Collection
from whisk_platform.entities.activation import Activation
from whisk_platform.entities.messages import Acknowledgement, ActivationMessage
from whisk_platform.invoker.invoker import Invoker
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.messaging.memory import MemoryBus
from whisk_platform.spi.stores import Document
from whisk_platform.stores.memory import MemoryStores

TOPIC = "invoker0"


class World:
    """The parts, and what tests do with them."""

    def __init__(
        self,
        settings: InvokerSettings | None = None,
        behavior: Behavior = echo,
        *,
        create_takes_s: float = 0.0,
        stores: MemoryStores | None = None,
        factory: SimulatedFactory | None = None,
    ) -> None:
        self.stores = stores or MemoryStores()
        self.factory = factory or SimulatedFactory(behavior, create_takes_s=create_takes_s)
        self.bus = MemoryBus(self.stores.activations)
        self.invoker = Invoker(
            settings or InvokerSettings(capacity_mb=4096),
            factory=self.factory,
            stores=self.stores,
            bus=self.bus,
            clock=LoopClock(),
        )
        self.acknowledged: list[Acknowledgement] = []
        self._waiting: dict[ActivationId, asyncio.Future[Activation]] = {}
        self.bus.subscribe_acknowledgements("completed0", self._answered)
        self.bus.subscribe(TOPIC, self.invoker.take, room=self.invoker.has_room)

    async def put(self, of: Action, code: bytes | None = b"def main(a): return a") -> Action:
        """Store an action; the revision is the store's."""
        before = await self.stores.artifacts.get(of.fqn)
        document = Document(
            fqn=of.fqn,
            collection=Collection.ACTIONS,
            revision=0 if before is None else before.revision,
            updated=0,
            body=stored.encode(of),
            attachment=code,
        )
        [revision] = await self.stores.artifacts.put(document)
        return stored.decode(document.body, Collection.ACTIONS, revision, Action)

    async def send(self, sent: ActivationMessage) -> asyncio.Future[Activation]:
        """Hand a message over; the future is its answer."""
        future: asyncio.Future[Activation] = asyncio.get_running_loop().create_future()
        self._waiting[sent.activation_id] = future
        await self.bus.send(TOPIC, sent)
        return future

    async def call(self, of: Action, content: bytes = b"{}") -> Activation:
        """Run an action and wait for the answer."""
        return await (await self.send(message(of, content=content)))

    async def record(self, of: Activation) -> Activation:
        """The stored record of an answer, once it is there."""
        while (found := self.stores.activations.records.get(of.activation_id)) is None:
            await virtual_pause()
        return found

    def _answered(self, acknowledgement: Acknowledgement) -> None:
        self.acknowledged.append(acknowledgement)
        future = self._waiting.pop(acknowledgement.activation_id, None)
        if future is not None and not future.done():
            future.set_result(acknowledgement.activation)


async def virtual_pause(seconds: float = 0.001) -> None:
    """Let virtual time pass."""
    passed = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(seconds, passed.set_result, None)
    await passed


def run(story: Coroutine[Any, Any, None]) -> None:
    """Run a test's story on virtual time."""
    virtualtime.run(story)


def steps(factory: SimulatedFactory) -> list[int]:
    """How many bodies each living container has seen."""
    return [len(container.bodies) for container in factory.containers.values()]


def suspended(factory: SimulatedFactory) -> list[bool]:
    """Whether each living container stands still."""
    return [container.suspended for container in factory.containers.values()]

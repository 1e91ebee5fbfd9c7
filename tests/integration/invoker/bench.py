"""A running invoker over real parts, and what tests do with it."""

from __future__ import annotations

import asyncio

from tests.waiting import eventually
from whisk_platform.common.clock import SystemClock
from whisk_platform.common.ids import ActivationId, TransactionId, new_activation_id
from whisk_platform.common.jsontext import RawJSON
from whisk_platform.containers.process.factory import ProcessFactory
from whisk_platform.entities import stored
from whisk_platform.entities.action import Action, Collection
from whisk_platform.entities.activation import Activation
from whisk_platform.entities.exec import CodeExec
from whisk_platform.entities.identity import AuthKey, Identity
from whisk_platform.entities.limits import ActionLimits
from whisk_platform.entities.messages import Acknowledgement, ActivationMessage
from whisk_platform.entities.names import parse
from whisk_platform.invoker.invoker import Invoker
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.messaging.memory import MemoryBus
from whisk_platform.spi.stores import Document, Stores

TOPIC = "invoker0"
USER = Identity(
    subject="me", namespace="guest", authkey=AuthKey(uuid="u" * 36, key="secret-of-the-caller")
)


class Bench:
    """A running invoker, and what tests do with it."""

    def __init__(self, stores: Stores, factory: ProcessFactory, settings: InvokerSettings) -> None:
        self.stores = stores
        self.factory = factory
        self.bus = MemoryBus(stores.activations)
        self.clock = SystemClock()
        self.invoker = Invoker(
            settings, factory=factory, stores=stores, bus=self.bus, clock=self.clock
        )
        self._waiting: dict[ActivationId, asyncio.Future[Activation]] = {}
        self.bus.subscribe_acknowledgements("completed0", self._answered)

    async def put(
        self,
        name: str,
        code: str,
        *,
        kind: str | None = None,
        timeout: int = 60_000,
        memory: int = 256,
        logs: int = 10,
    ) -> Action:
        """Store an action of the given code."""
        runtime = self.factory.manifest.resolve(kind or "python")
        assert runtime is not None
        made = Action(
            fqn=parse(f"/guest/{name}"),
            exec=CodeExec(kind=runtime.kind, binary=False),
            limits=ActionLimits(timeout=timeout, memory=memory, logs=logs, concurrency=1),
        )
        before = await self.stores.artifacts.get(made.fqn)
        [revision] = await self.stores.artifacts.put(
            Document(
                fqn=made.fqn,
                collection=Collection.ACTIONS,
                revision=0 if before is None else before.revision,
                updated=self.clock.now_ms(),
                body=stored.encode(made),
                attachment=code.encode(),
            )
        )
        return stored.decode(stored.encode(made), Collection.ACTIONS, revision, Action)

    def message(
        self, of: Action, content: bytes = b"{}", *, journaled: bool = False
    ) -> ActivationMessage:
        """A call of an action."""
        return ActivationMessage(
            transid=TransactionId("tid"),
            received_ms=self.clock.now_ms(),
            action=of.fqn,
            revision=of.revision,
            user=USER,
            activation_id=new_activation_id(),
            controller="0",
            blocking=not journaled,
            content=RawJSON(content),
            journaled=journaled,
        )

    async def send(self, sent: ActivationMessage) -> asyncio.Future[Activation]:
        """Hand a message over; the future is its answer."""
        future: asyncio.Future[Activation] = asyncio.get_running_loop().create_future()
        self._waiting[sent.activation_id] = future
        await self.bus.send(TOPIC, sent)
        return future

    async def call(self, of: Action, content: bytes = b"{}") -> Activation:
        """Run an action and wait for the answer."""
        return await (await self.send(self.message(of, content)))

    async def record(self, of: Activation) -> Activation:
        """The stored record of an answer."""

        async def found() -> Activation | None:
            return await self.stores.activations.get(of.namespace, of.activation_id)

        record = await eventually(found, f"the record of {of.activation_id}")
        assert isinstance(record, Activation)
        return record

    def _answered(self, acknowledgement: Acknowledgement) -> None:
        future = self._waiting.pop(acknowledgement.activation_id, None)
        if future is not None and not future.done():
            future.set_result(acknowledgement.activation)

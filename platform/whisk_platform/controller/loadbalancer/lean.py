"""The lean balancer: one invoker, reached over the bus; nothing to choose.

Source: contracts data-plane §8 (lean and standalone).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeAlias

from whisk_platform.common.ids import ActivationId
from whisk_platform.entities.action import Action
from whisk_platform.entities.activation import Activation
from whisk_platform.entities.messages import Acknowledgement, ActivationMessage
from whisk_platform.spi.loadbalancer import BalancerCounts
from whisk_platform.spi.messaging import MessageBus

INVOKER_TOPIC = "invoker0"

_Ended: TypeAlias = Callable[[Activation], None]
_Waiting: TypeAlias = tuple[_Ended, str, int]
"""Told about the end; the namespace's uuid; megabytes."""


class LeanBalancer:
    """Sends everything to ``invoker0`` and wakes who waits when it ends."""

    def __init__(self, bus: MessageBus, controller: str) -> None:
        self._bus = bus
        self._waiting: dict[ActivationId, _Waiting] = {}
        self._published = 0
        self._completions = 0
        self._in_flight: dict[str, int] = {}
        bus.subscribe_acknowledgements(f"completed{controller}", self._completed)

    async def publish(
        self, action: Action, message: ActivationMessage
    ) -> asyncio.Future[Activation]:
        """Hand a message over; see the port."""
        future: asyncio.Future[Activation] = asyncio.get_running_loop().create_future()

        def ended(activation: Activation) -> None:
            if not future.done():
                future.set_result(activation)

        self._track(message, ended, action.limits.memory)
        try:
            await self._bus.send(INVOKER_TOPIC, message)
        except BaseException:
            self._untrack(message.activation_id)
            raise
        self._published += 1
        return future

    def try_publish(self, action: Action, message: ActivationMessage, ended: _Ended) -> bool:
        """Hand a message over at once; see the port."""
        # Tracked first: it may end before it is handed over completely.
        self._track(message, ended, action.limits.memory)
        sent = False
        try:
            sent = self._bus.try_send(INVOKER_TOPIC, message)
        finally:
            if not sent:
                self._untrack(message.activation_id)
        self._published += sent
        return sent

    def in_flight(self, namespace_uuid: str) -> int:
        """Activations of a namespace under way."""
        return self._in_flight.get(namespace_uuid, 0)

    def in_flight_ids(self) -> list[ActivationId]:
        """All activations under way."""
        return list(self._waiting)

    def counts(self) -> BalancerCounts:
        """What has gone through it."""
        return BalancerCounts(
            published=self._published,
            completed=self._completions,
            in_flight=len(self._waiting),
            in_flight_mb=sum(memory_mb for _, _, memory_mb in self._waiting.values()),
        )

    def _track(self, message: ActivationMessage, ended: _Ended, memory_mb: int) -> None:
        namespace = message.user.authkey.uuid
        self._waiting[message.activation_id] = (ended, namespace, memory_mb)
        self._in_flight[namespace] = self._in_flight.get(namespace, 0) + 1

    def _untrack(self, activation_id: ActivationId) -> _Ended | None:
        entry = self._waiting.pop(activation_id, None)
        if entry is None:
            return None
        ended, namespace, _ = entry
        left = self._in_flight[namespace] - 1
        if left:
            self._in_flight[namespace] = left
        else:
            del self._in_flight[namespace]
        return ended

    def _completed(self, acknowledgement: Acknowledgement) -> None:
        ended = self._untrack(acknowledgement.activation_id)
        if ended is None:
            return
        self._completions += 1
        ended(acknowledgement.activation)


def provide(bus: MessageBus, controller: str) -> LeanBalancer:
    """Make the balancer of one controller."""
    return LeanBalancer(bus, controller)

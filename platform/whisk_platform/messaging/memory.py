"""The bus of one process: messages are handed over as they are, without encoding or a queue.

What makes an accepted non-blocking message durable is the journal of the activation store: the
entry is written before the hand-over, and the record closes it. Source: design.md §5 Delivery.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from whisk_platform.common.errors import UnavailableError
from whisk_platform.entities import journal
from whisk_platform.entities.messages import Acknowledgement, ActivationMessage
from whisk_platform.spi.messaging import (
    AcknowledgementHandler,
    ActivationHandler,
    RoomCheck,
    always_room,
)
from whisk_platform.spi.stores import ActivationStore, JournalEntry


@dataclass(frozen=True, slots=True)
class _Subscription:
    handler: ActivationHandler
    room: RoomCheck


class MemoryBus:
    """Carries messages by calling their handler."""

    def __init__(self, activations: ActivationStore) -> None:
        self._activations = activations
        self._subscriptions: dict[str, _Subscription] = {}
        self._acknowledgements: dict[str, AcknowledgementHandler] = {}

    async def send(self, topic: str, message: ActivationMessage) -> None:
        """Hand over one message; see the port."""
        subscription = self._open(topic, message)
        if message.journaled:
            await self._activations.accept(_entry(message))
        subscription.handler(message)

    def try_send(self, topic: str, message: ActivationMessage) -> bool:
        """Hand over one message without waiting for the journal; see the port."""
        handler = self._open(topic, message).handler
        if message.journaled and not self._activations.try_accept(_entry(message)):
            return False
        handler(message)
        return True

    async def send_all(self, topic: str, messages: Sequence[ActivationMessage]) -> None:
        """Hand over several messages after one write; see the port."""
        subscription = self._open(topic, *messages)
        entries = [_entry(message) for message in messages if message.journaled]
        if entries:
            await self._activations.accept(*entries)
        for message in messages:
            subscription.handler(message)

    def redeliver(self, topic: str, message: ActivationMessage) -> None:
        """Hand over a journaled message again; see the port."""
        self._subscribed(topic).handler(message)

    def acknowledge(self, topic: str, acknowledgement: Acknowledgement) -> None:
        """Call the controller's handler; a controller that is gone misses nothing."""
        handler = self._acknowledgements.get(topic)
        if handler is not None:
            handler(acknowledgement)

    def subscribe(
        self, topic: str, handler: ActivationHandler, *, room: RoomCheck = always_room
    ) -> None:
        """Receive the messages of a topic; a later subscription replaces the earlier."""
        self._subscriptions[topic] = _Subscription(handler, room)

    def subscribe_acknowledgements(self, topic: str, handler: AcknowledgementHandler) -> None:
        """Receive the acknowledgements of a topic."""
        self._acknowledgements[topic] = handler

    def _open(self, topic: str, *messages: ActivationMessage) -> _Subscription:
        """The subscription that will take the messages.

        Everything that can refuse is asked here, before the journal is written: once an entry is
        durable, its work is going to run, here or after a restart.
        """
        subscription = self._subscribed(topic)
        if not self._activations.has_room() or not all(map(subscription.room, messages)):
            raise UnavailableError
        return subscription

    def _subscribed(self, topic: str) -> _Subscription:
        subscription = self._subscriptions.get(topic)
        if subscription is None:
            raise UnavailableError
        return subscription


def _entry(message: ActivationMessage) -> JournalEntry:
    return JournalEntry(
        activation_id=message.activation_id, message=journal.encode(message), started=False
    )


def provide(activations: ActivationStore) -> MemoryBus:
    """Make the bus of one process.

    Args:
        activations: whose journal makes accepted work durable.
    """
    return MemoryBus(activations)

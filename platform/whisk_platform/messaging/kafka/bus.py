"""The bus between processes: activation messages to ``invoker<n>``, answers to ``completed<c>``.

A non-blocking message is durable when the broker has acknowledged it. A message of a caller who
waits is not waited for: should it not arrive, its caller is told so. Source: contracts data-plane
§3, design.md §5 Delivery.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from whisk_platform.common.errors import WhiskError
from whisk_platform.common.ids import ActivationId
from whisk_platform.common.logging import get_logger
from whisk_platform.entities.messages import Acknowledgement, ActivationMessage
from whisk_platform.messaging.kafka.client import (
    PATIENCE_S,
    Connection,
    Reader,
    Reading,
    Sender,
    TooLargeError,
    ensure,
)
from whisk_platform.messaging.kafka.topics import described
from whisk_platform.messaging.schemas import acknowledgements, activationmessages
from whisk_platform.messaging.schemas.acknowledgements import Ack
from whisk_platform.messaging.schemas.faults import UnreadableMessageError
from whisk_platform.messaging.schemas.instances import InvokerInstance
from whisk_platform.messaging.schemas.transactions import Transaction
from whisk_platform.spi.messaging import (
    AcknowledgementHandler,
    ActivationHandler,
    RoomCheck,
    always_room,
)

ACKNOWLEDGEMENTS = 10_000
"""Answers that may be under way to the handler; each is done with when it returns."""
_log = get_logger(__name__)
Undelivered = Callable[[ActivationId, WhiskError], None]
"""Told of a message whose caller waits, and which the broker has not taken."""
NeedsKey = Callable[[ActivationMessage], bool]
"""Whether the action is to get the caller's API key."""


class KafkaBus:
    """Carries messages through topics."""

    def __init__(
        self,
        connection: Connection,
        *,
        payload_bytes: int = 1 << 20,
        prefix: str = "",
        instance: InvokerInstance | None = None,
        undelivered: Undelivered | None = None,
        needs_key: NeedsKey = lambda _message: True,
        id_only: Callable[[ActivationId], None] = lambda _id: None,
        allowance: int = 1_000,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """Make a bus for one process; it connects in the background.

        Args:
            connection: to the brokers.
            payload_bytes: the largest payload of an activation.
            prefix: of all topics.
            instance: which invoker this process is, if it is one.
            undelivered: told of messages that are not delivered after ``try_send``.
            needs_key: whether a message carries its caller's key.
            id_only: told of activations that have ended and whose record is in the store.
            patience_s: how long a message is tried.
            allowance: activations that this process may hold, if it is an invoker.
        """
        self._connection = connection
        self._payload_bytes = payload_bytes
        self._prefix = prefix
        self._instance = instance
        self._undelivered = undelivered
        self._needs_key = needs_key
        max_bytes = described("invoker", payload_bytes).max_message_bytes
        self._sender = Sender(connection, max_bytes, patience_s)
        self._id_only = id_only
        self._allowance = allowance
        self._readers: dict[str, Reader] = {}
        self._work: Reader | None = None

    async def ensure(self, *names: str) -> None:
        """Make the topics that are not there yet.

        Raises:
            StoreError: one cannot be made.
        """
        topics = [described(name, self._payload_bytes, self._prefix) for name in names]
        await ensure(self._connection, topics)

    async def close(self) -> None:
        """Stop reading, send what is under way, and disconnect."""
        await asyncio.gather(*(reader.close() for reader in self._readers.values()))
        await self._sender.close()

    # -- messages ------------------------------------------------------------------------------

    async def send(self, topic: str, message: ActivationMessage) -> None:
        """Hand over one message and wait until the broker has it; see the port."""
        await self._sender.deliver(self._prefix + topic, self._encoded(message))

    def try_send(self, topic: str, message: ActivationMessage) -> bool:
        """Hand over one message whose caller waits for its end anyway; see the port."""
        if not message.blocking or self._undelivered is None:
            return False
        undelivered = self._undelivered

        def delivered(problem: WhiskError | None) -> None:
            if problem is not None:
                undelivered(message.activation_id, problem)

        self._sender.send(self._prefix + topic, self._encoded(message), delivered)
        return True

    async def send_all(self, topic: str, messages: Sequence[ActivationMessage]) -> None:
        """Hand over several messages and wait until the broker has all of them."""
        await asyncio.gather(*(self.send(topic, message) for message in messages))

    def redeliver(self, topic: str, message: ActivationMessage) -> None:
        """Hand over a message again; the broker's copy is all there is to it."""
        self._sender.send(self._prefix + topic, self._encoded(message), _ignored)

    def _encoded(self, message: ActivationMessage) -> bytes:
        return activationmessages.encode(message, with_key=self._needs_key(message))

    # -- acknowledgements ----------------------------------------------------------------------

    def acknowledge(self, topic: str, acknowledgement: Acknowledgement) -> None:
        """Send an acknowledgement; one that is too large goes again with the id alone."""
        activation = acknowledgement.activation
        ack = Ack(
            transaction=Transaction(acknowledgement.transid, activation.start),
            activation_id=acknowledgement.activation_id,
            activation=activation,
            instance=self._instance,
            is_system_error=False,
        )
        full = self._prefix + topic
        try:
            self._sender.send(full, acknowledgements.encode(ack), self._shrinking(full, ack))
        except TooLargeError:
            self._sender.send(full, acknowledgements.encode(ack, shrunk=True), _ignored)
        if self._work is not None:
            self._work.credit()

    def _shrinking(self, topic: str, ack: Ack) -> Callable[[WhiskError | None], None]:
        def delivered(problem: WhiskError | None) -> None:
            if isinstance(problem, TooLargeError):
                self._sender.send(topic, acknowledgements.encode(ack, shrunk=True), _ignored)
            elif problem is not None:
                _log.warning("acknowledgement_not_sent", topic=topic, reason=str(problem))

        return delivered

    # -- receiving -----------------------------------------------------------------------------

    def subscribe(
        self, topic: str, handler: ActivationHandler, *, room: RoomCheck = always_room
    ) -> None:
        """Receive the messages of a topic, no more at a time than this process may hold.

        Each is committed before it is handed over, and counts until it is acknowledged.
        """
        del room  # The allowance is what there is room for.

        def handle(bodies: Sequence[bytes]) -> None:
            for body in bodies:
                try:
                    message = activationmessages.decode(body, topic)
                except UnreadableMessageError as problem:
                    _log.warning("message_unreadable", topic=topic, reason=str(problem))
                    reader.credit()
                else:
                    handler(message)

        reader = self._read(Reading(topic=topic, group=topic), handle, self._allowance)
        self._work = reader

    def subscribe_acknowledgements(self, topic: str, handler: AcknowledgementHandler) -> None:
        """Receive the acknowledgements of a topic; those with only an id go to ``id_only``."""

        def handle(bodies: Sequence[bytes]) -> None:
            for body in bodies:
                try:
                    ack = acknowledgements.decode(body, topic)
                except UnreadableMessageError as problem:
                    _log.warning("message_unreadable", topic=topic, reason=str(problem))
                else:
                    self._answered(ack, handler)
            reader.credit(len(bodies))

        reader = self._read(Reading(topic=topic, group=topic), handle, ACKNOWLEDGEMENTS)

    def _answered(self, ack: Ack, handler: AcknowledgementHandler) -> None:
        if ack.activation is None:
            self._id_only(ack.activation_id)
            return
        handler(
            Acknowledgement(
                transid=ack.transaction.id,
                activation_id=ack.activation_id,
                activation=ack.activation,
            )
        )

    def _read(
        self, reading: Reading, handle: Callable[[Sequence[bytes]], None], allowance: int
    ) -> Reader:
        """Start to read a topic of this deployment; a later subscription replaces the earlier."""
        full = replace(reading, topic=self._prefix + reading.topic)
        reader = Reader(self._connection, full, handle, allowance)
        self._readers[reading.topic] = reader
        return reader


def _ignored(_problem: WhiskError | None) -> None:
    pass

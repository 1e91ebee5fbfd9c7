"""The bus between controllers and invokers: activation messages one way, acknowledgements back.

Source: contracts data-plane §3, design.md §5 Delivery.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias

from whisk_platform.entities.messages import Acknowledgement, ActivationMessage

ActivationHandler: TypeAlias = Callable[[ActivationMessage], None]
"""Takes a message over; must return at once."""
AcknowledgementHandler: TypeAlias = Callable[[Acknowledgement], None]
"""Wakes who waits; must return at once."""
RoomCheck: TypeAlias = Callable[[ActivationMessage], bool]
"""Whether the subscriber can take a message; asked before it is made durable."""


def always_room(_message: ActivationMessage) -> bool:
    """For subscribers that never refuse."""
    return True


class MessageBus(Protocol):
    """Carries messages to the handlers that subscribed."""

    async def send(self, topic: str, message: ActivationMessage) -> None:
        """Hand over one message to ``invoker<n>``.

        A non-blocking message (``message.journaled``) is durable when this returns.

        Raises:
            UnavailableError: nobody listens, or no more work can be held.
            StoreError: the message could not be made durable; it was not handed over.
        """

    def try_send(self, topic: str, message: ActivationMessage) -> bool:
        """Hand over one message at once, if nothing has to be waited for.

        A non-blocking message (``message.journaled``) is durable when this returns.

        Returns:
            False = nothing has happened; ``send`` it.

        Raises:
            UnavailableError: nobody listens, or no more work can be held.
        """

    async def send_all(self, topic: str, messages: Sequence[ActivationMessage]) -> None:
        """Hand over several messages, made durable together in one write: all or none.

        Raises:
            UnavailableError: nobody listens, or no more work can be held.
            StoreError: they could not be made durable; none was handed over.
        """

    def redeliver(self, topic: str, message: ActivationMessage) -> None:
        """Hand over a journaled message again after a restart, without writing it again.

        Raises:
            UnavailableError: nobody listens.
        """

    def acknowledge(self, topic: str, acknowledgement: Acknowledgement) -> None:
        """Send an acknowledgement to ``completed<controller>``."""

    def subscribe(
        self, topic: str, handler: ActivationHandler, *, room: RoomCheck = always_room
    ) -> None:
        """Receive the messages of ``invoker<n>``; ``room`` is asked before each is accepted."""

    def subscribe_acknowledgements(self, topic: str, handler: AcknowledgementHandler) -> None:
        """Receive the acknowledgements of ``completed<controller>``."""

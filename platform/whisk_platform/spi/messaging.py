"""The bus between controllers and invokers: activation messages one way, acknowledgements back.

Source: contracts data-plane §3, design.md §5 Delivery.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from whisk_platform.entities.messages import Acknowledgement, ActivationMessage

ActivationHandler: TypeAlias = Callable[[ActivationMessage], None]
"""Takes a message over; must return at once."""
AcknowledgementHandler: TypeAlias = Callable[[Acknowledgement], None]
"""Wakes who waits; must return at once."""


class MessageBus(Protocol):
    """Carries messages to the handlers that subscribed."""

    async def send(self, topic: str, message: ActivationMessage) -> None:
        """Hand over one message to ``invoker<n>``.

        A non-blocking message (``message.journaled``) is durable when this returns.

        Raises:
            UnavailableError: nobody listens, or no more work can be held.
            StoreError: the message could not be made durable; it was not handed over.
        """

    def acknowledge(self, topic: str, acknowledgement: Acknowledgement) -> None:
        """Send an acknowledgement to ``completed<controller>``."""

    def subscribe(self, topic: str, handler: ActivationHandler) -> None:
        """Receive the messages of ``invoker<n>``."""

    def subscribe_acknowledgements(self, topic: str, handler: AcknowledgementHandler) -> None:
        """Receive the acknowledgements of ``completed<controller>``."""

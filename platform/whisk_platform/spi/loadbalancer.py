"""The load balancer: picks an invoker for a message, hands it over, and tracks it until it ends."""

from __future__ import annotations

import asyncio
from typing import Protocol

from whisk_platform.common.ids import ActivationId
from whisk_platform.entities.action import Action
from whisk_platform.entities.activation import Activation
from whisk_platform.entities.messages import ActivationMessage


class LoadBalancer(Protocol):
    """Schedules activations."""

    async def publish(
        self, action: Action, message: ActivationMessage
    ) -> asyncio.Future[Activation]:
        """Hand a message to an invoker; accepted when this returns.

        Args:
            action: what will run.
            message: how.

        Returns:
            A future of the record, which ends with the acknowledgement. Nobody has to await it.

        Raises:
            UnavailableError: no invoker can take it.
            StoreError: it could not be made durable.
        """

    def in_flight(self, namespace_uuid: str) -> int:
        """Activations of a namespace that have been handed over and not ended."""

    def in_flight_ids(self) -> list[ActivationId]:
        """All of them, for operators."""

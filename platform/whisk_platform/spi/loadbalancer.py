"""The load balancer: picks an invoker for a message, hands it over, and tracks it until it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from whisk_platform.common.ids import ActivationId
from whisk_platform.entities.action import Action
from whisk_platform.entities.activation import Activation
from whisk_platform.entities.messages import ActivationMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class BalancerCounts:
    """What has gone through a balancer since it was made."""

    published: int
    """Messages handed over."""
    completed: int
    """Acknowledgements of those."""
    in_flight: int
    """Handed over and not ended."""
    in_flight_mb: int
    """Sum of their memory limits."""


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

    def try_publish(
        self, action: Action, message: ActivationMessage, ended: Callable[[Activation], None]
    ) -> bool:
        """Hand a message over at once, if nothing has to be waited for.

        Args:
            action: what will run.
            message: how.
            ended: called once with the record; perhaps before this returns.

        Returns:
            False = nothing has happened; ``publish`` it.

        Raises:
            UnavailableError: no invoker can take it.
        """

    def in_flight(self, namespace_uuid: str) -> int:
        """Activations of a namespace that have been handed over and not ended."""

    def in_flight_ids(self) -> list[ActivationId]:
        """All of them, for operators."""

    def counts(self) -> BalancerCounts:
        """What has gone through it."""

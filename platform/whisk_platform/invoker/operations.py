"""The operators' side of an invoker in the same process: it is asked and told directly."""

from __future__ import annotations

from collections.abc import Sequence

from whisk_platform.invoker.invoker import Invoker
from whisk_platform.spi.operations import (
    ContainerStatus,
    InvokerState,
    InvokerStatus,
    QueueStatus,
)


class LocalOperations:
    """The ``InvokerOperations`` of an invoker of this process."""

    def __init__(self, invoker: Invoker) -> None:
        self._invoker = invoker

    @property
    def state(self) -> InvokerState:
        """``up``, or ``down`` when it takes no new work."""
        return InvokerState.UP if self._invoker.enabled else InvokerState.DOWN

    @property
    def capacity_mb(self) -> int:
        """What its pool may use."""
        return self._invoker.capacity_mb

    async def status(self) -> InvokerStatus:
        """Look at it; see the port."""
        found = self._invoker.status()
        counts = found.counts
        return InvokerStatus(
            state=self.state,
            enabled=self._invoker.enabled,
            activations=found.activations,
            waiting=counts.queued,
            containers=counts.containers,
            busy=counts.busy,
            starting=counts.starting,
            idle=counts.idle - counts.stem_cells,
            stem_cells=counts.stem_cells,
            paused=counts.paused,
            by_kind=found.by_kind,
            capacity_mb=found.capacity_mb,
            measured_mb=found.measured_mb,
            limits_mb=counts.memory_mb,
        )

    async def containers(self) -> Sequence[ContainerStatus]:
        """Every container; see the port."""
        return self._invoker.containers()

    async def queues(self) -> Sequence[QueueStatus]:
        """Every action that waits; see the port."""
        return self._invoker.queues()

    async def disable(self) -> None:
        """Drain it; see the port."""
        self._invoker.enable(False)

    async def enable(self) -> None:
        """Let it take work again; see the port."""
        self._invoker.enable(True)

    async def refuse(self, namespaces: frozenset[str]) -> None:
        """Replace the blocklist; see the port."""
        self._invoker.refuse(namespaces)

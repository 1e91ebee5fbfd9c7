"""What operators see of an invoker, and what they may tell it.

The controller reaches its invokers' operators' side only through this port: in one process the
assembly puts the invoker itself behind it, elsewhere what speaks to a distant one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class InvokerState(StrEnum):
    """How a controller sees an invoker (contracts rest-api §1.1, data-plane §2.7)."""

    UP = "up"
    UNHEALTHY = "unhealthy"
    UNRESPONSIVE = "unresponsive"
    DOWN = "down"
    """Gone, or told to take no new work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvokerStatus:
    """One invoker at one moment."""

    state: InvokerState
    enabled: bool
    """False once an operator has drained it."""
    activations: int
    """Under way in its containers."""
    waiting: int
    """Activations that wait for a container."""
    containers: int
    busy: int
    starting: int
    idle: int
    """Initialized ones that wait for work, the paused ones included."""
    stem_cells: int
    paused: int
    by_kind: dict[str, int] = field(default_factory=dict)
    """Containers of each kind."""
    capacity_mb: int
    """Memory that containers may really use."""
    measured_mb: int
    """Memory that they use, at most a second old."""
    limits_mb: int
    """Sum of the containers' memory limits."""

    @property
    def drained(self) -> bool:
        """Whether it takes nothing and has nothing left to do."""
        return not self.enabled and not self.activations and not self.waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerStatus:
    """One container at one moment."""

    id: str
    """The factory's; empty while it is being made."""
    kind: str
    state: str
    """One of the container states, for example ``Running``; a stem cell is ``Started``."""
    namespace: str
    """For whom it runs; empty for a stem cell."""
    action: str
    """``ns/[pkg/]name`` of what it is initialized with or taken for; empty for a stem cell."""
    activations: int
    """Under way in it."""
    memory_mb: int
    """Its limit."""
    age_ms: int
    """Since its creation was begun."""
    idle_ms: int
    """Since it was last used; 0 while it is in use or being made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStatus:
    """The activations of one action that wait for a container."""

    namespace: str
    """For whom they run."""
    action: str
    """``ns/[pkg/]name``."""
    kind: str
    memory_mb: int
    waiting: int
    oldest_ms: int
    """How long the first of them has waited."""


class InvokerOperations(Protocol):
    """One invoker, for operators."""

    @property
    def state(self) -> InvokerState:
        """Its state as far as it is known here; asks nobody."""

    @property
    def capacity_mb(self) -> int:
        """Memory that its containers may use, as far as it is known here."""

    async def status(self) -> InvokerStatus:
        """Look at it."""

    async def containers(self) -> Sequence[ContainerStatus]:
        """Every container, the oldest first."""

    async def queues(self) -> Sequence[QueueStatus]:
        """Every action that waits, the longest queue first."""

    async def disable(self) -> None:
        """Drain it: what it has accepted goes on, nothing new is taken. Idempotent."""

    async def enable(self) -> None:
        """Let it take work again. Idempotent."""

    async def refuse(self, namespaces: frozenset[str]) -> None:
        """Replace the blocklist: activations of these namespaces end without being run.

        Those that wait already end at once; those that run go on.
        Source: contracts rest-api §6.3.
        """

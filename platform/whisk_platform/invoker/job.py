"""One activation on its way through the pool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from whisk_platform.entities.action import Action
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.entities.names import FullyQualifiedEntityName
from whisk_platform.invoker.prepared import PreparedAction


class ActionKey(NamedTuple):
    """What a warm container is good for: one action at one revision, for one namespace.

    Source: contracts data-plane §4.2, except that containers which were initialized with other
    ``init`` parameters (another binding, a changed package) are told apart.
    """

    namespace: str
    """The invoking one, never the package's."""
    action: FullyQualifiedEntityName
    revision: int
    variant: tuple[tuple[str, bytes], ...]
    """The ``init`` parameters."""


@dataclass(slots=True, eq=False)
class Job:
    """An activation with its action; mutable where scheduling changes it."""

    message: ActivationMessage
    prepared: PreparedAction
    key: ActionKey
    arrived: float
    """Monotonic seconds."""
    attempts: int = 0
    """How often a container was given and turned out not to take it."""

    @property
    def action(self) -> Action:
        """The action's metadata."""
        return self.prepared.action

    @property
    def size(self) -> int:
        """Bytes of arguments that waiting holds in memory."""
        return memoryview(self.message.content).nbytes


def key_of(message: ActivationMessage, action: Action) -> ActionKey:
    """Which containers may run a message."""
    variant: tuple[tuple[str, bytes], ...] = ()
    if message.init_content:
        variant = tuple(sorted((k, bytes(v)) for k, v in message.init_content.items()))
    return ActionKey(message.user.namespace, action.fqn, action.revision, variant)

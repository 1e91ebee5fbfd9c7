"""The activity feed: what happens to activations, told at once to whoever watches a namespace.

Who publishes asks ``watches`` first, so that a namespace that nobody watches costs one look-up.
Publishing never waits, never fails and never refuses; a watcher who cannot keep up is let go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from whisk_platform.common.ids import ActivationId
from whisk_platform.common.positions import Position
from whisk_platform.entities.activation import Activation


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """An activation has begun to run."""

    activation_id: ActivationId
    namespace: str
    """The invoker's."""
    name: str
    version: str
    path: str
    """``ns/name`` or ``ns/pkg/name`` of the provider; of a trigger ``ns/name``."""
    start: int
    """Milliseconds since the epoch; the record will have the same."""
    kind: str | None = None
    """None for triggers."""
    binding: str | None = None
    """``ns/binding`` through which it was invoked."""
    cause: ActivationId | None = None
    """Enclosing sequence or composition."""
    trigger: str | None = None
    """``ns/trigger`` that set it off, where that is known."""
    rule: str | None = None
    """``ns/rule`` that set it off, where that is known."""


class ActivityFeed(Protocol):
    """Takes what happens."""

    def watches(self, namespace: str) -> bool:
        """Whether anybody watches a namespace."""

    def started(self, started: Started) -> None:
        """An activation has begun; told again when another container has to begin anew."""

    def printed(self, of: Started, lines: Sequence[str]) -> None:
        """An activation has printed whole lines, in the form that its record will have."""

    def ended(self, activation: Activation, position: Position) -> None:
        """A record is complete; called right after it was handed to the store.

        Args:
            activation: the record, with its log.
            position: what the store gave it.
        """


class Unwatched:
    """The feed of a process in which nobody can watch."""

    def watches(self, namespace: str) -> bool:
        """Nobody does."""
        return False

    def started(self, started: Started) -> None:
        """Nobody listens."""

    def printed(self, of: Started, lines: Sequence[str]) -> None:
        """Nobody listens."""

    def ended(self, activation: Activation, position: Position) -> None:
        """Nobody listens."""


UNWATCHED: ActivityFeed = Unwatched()

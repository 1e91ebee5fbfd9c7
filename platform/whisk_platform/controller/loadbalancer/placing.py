"""What all ways of placing share: invokers, what an activation needs, the choice. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from whisk_platform.controller.loadbalancer.hashing import home_hash
from whisk_platform.controller.loadbalancer.slots import Slots


@dataclass(slots=True, kw_only=True)
class Place:
    """One invoker, as a controller sees it."""

    index: int
    slots: Slots
    usable: bool = True
    """Whether it is healthy."""
    in_flight_mb: int = 0
    """Of this controller's activations there, the waiting ones included."""
    in_flight: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What an activation needs of its invoker."""

    namespace: str
    """Of who invokes."""
    action: str
    """``ns/[package/]name``."""
    version: str = "0.0.1"
    memory_mb: int = 256
    concurrency: int = 1
    blackbox: bool = False
    """Whether it runs in a user's own image."""
    key: str = field(init=False)
    home: int = field(init=False)
    """The hash of its home."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"{self.action}@{self.version}")
        object.__setattr__(self, "home", home_hash(self.namespace, self.action))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Where an activation goes."""

    index: int
    overload: bool
    """Whether nobody had room, so that it was placed all the same."""


class Placement(Protocol):
    """Chooses invokers, and keeps count of what they hold."""

    def place(self, need: Need) -> Choice | None:
        """Choose an invoker and take its slots; None if no invoker is healthy."""

    def release(self, index: int, need: Need) -> None:
        """Return the slots of an activation that has ended, or was never sent."""

    def changed(self, index: int, *, usable: bool) -> None:
        """An invoker's health has changed."""

    def resize(self, memory_mb: list[int], shares: int) -> None:
        """The invokers, or the number of controllers among which they are divided, have changed.

        Args:
            memory_mb: of each invoker, by its index; never fewer than before.
            shares: controllers.
        """

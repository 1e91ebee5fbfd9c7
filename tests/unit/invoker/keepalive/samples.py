"""Containers and actions as keep-alive policies see them."""

from __future__ import annotations

from itertools import count

from tests.unit.invoker.samples import action, job
from whisk_platform.invoker.keepalive.policy import KeepAlive
from whisk_platform.invoker.lanes import Lane, lane_for
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.invoker.slot import Slot
from whisk_platform.spi.loader import load

POLICIES = ("fixed", "greedy_dual", "histogram")

_numbers = count(1)


def policy(name: str, **settings: float) -> KeepAlive:
    """A policy as a pool would load it."""
    made: KeepAlive = load("keepalive", name)(InvokerSettings(**settings))  # type: ignore[arg-type]
    return made


def lane(name: str, *, memory_mb: int = 256, calls: int = 0, cold_s: float | None = None) -> Lane:
    """An action with a past."""
    made = lane_for(job(action(name, memory=memory_mb)), 1)
    made.past.calls = calls
    made.past.cold_s = cold_s
    return made


def container(of: Lane) -> Slot:
    """A new container of an action."""
    return Slot(number=next(_numbers), kind=of.kind, memory_mb=of.memory_mb, namespace="guest")


def rest(rule: KeepAlive, slot: Slot, of: Lane, now: float) -> None:
    """Let a container become idle, as the pool does."""
    slot.last_used = now
    of.warm[slot] = None
    rule.idle(slot, of, now)

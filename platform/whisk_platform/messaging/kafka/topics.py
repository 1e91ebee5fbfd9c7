"""The topics of a deployment: their names, and how long they keep what. Pure.

Source: contracts data-plane §3.2.
"""

from __future__ import annotations

from dataclasses import dataclass

HEALTH = "health"
INVALIDATION = "cacheInvalidation"
EVENTS = "events"

_HOUR_MS = 3_600_000
_OVERHEAD = 6068
"""Twice what surrounds a payload at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic, of one partition."""

    name: str
    retention_ms: int
    max_message_bytes: int = 1_000_000

    def settings(self) -> dict[str, str]:
        """What it is made with."""
        return {
            "retention.ms": str(self.retention_ms),
            "retention.bytes": str(1 << 30),
            "segment.bytes": str(512 << 20),
            "max.message.bytes": str(self.max_message_bytes),
        }


def invoker(number: int) -> str:
    """The topic of an invoker's work."""
    return f"invoker{number}"


def completed(controller: str) -> str:
    """The topic of what comes back to a controller."""
    return f"completed{controller}"


def described(name: str, payload_bytes: int, prefix: str = "") -> Topic:
    """What a topic is made as.

    Args:
        name: without prefix.
        payload_bytes: the largest payload of an activation.
        prefix: of all topics of the deployment.
    """
    large = payload_bytes + _OVERHEAD
    full = f"{prefix}{name}"
    if name == INVALIDATION:
        return Topic(name=full, retention_ms=_HOUR_MS // 12)
    if name in (HEALTH, EVENTS):
        return Topic(name=full, retention_ms=_HOUR_MS)
    if name.startswith("invoker"):
        return Topic(name=full, retention_ms=48 * _HOUR_MS, max_message_bytes=large)
    return Topic(name=full, retention_ms=_HOUR_MS, max_message_bytes=large)

"""Payloads: how much a namespace may send with one request."""

from __future__ import annotations

from whisk_platform.entities.identity import Identity
from whisk_platform.entities.limits import SystemLimits, payload_bytes


def payload_limit(identity: Identity, system: SystemLimits) -> int:
    """The most bytes that an invocation or a fire on behalf of a namespace may carry.

    Source: contracts rest-api §2.7, §3.5, §6.1.
    """
    return payload_bytes(identity.limits, system.payload_bytes)

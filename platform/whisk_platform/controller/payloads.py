"""Payloads: how much a namespace may send with one request."""

from __future__ import annotations

from whisk_platform.common.units import ByteSize
from whisk_platform.entities.identity import Identity
from whisk_platform.entities.limits import SystemLimits


def payload_limit(identity: Identity, system: SystemLimits) -> int:
    """The most bytes that an invocation or a fire on behalf of a namespace may carry.

    Source: contracts rest-api §2.7, §3.5.
    """
    own = identity.limits.max_payload_size
    return system.payload_bytes if own is None else ByteSize.parse(own).bytes

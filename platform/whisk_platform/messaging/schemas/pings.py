"""PingMessage: an invoker says that it lives, once a second, on ``health``."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from whisk_platform.messaging.schemas.faults import unreadable
from whisk_platform.messaging.schemas.instances import InvokerInstance


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """One sign of life."""

    invoker: InvokerInstance
    enabled: bool = True
    """Whether it takes more work."""


class _Ping(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    name: InvokerInstance
    is_enabled: bool | None = None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Ping)


def encode(ping: Ping) -> bytes:
    """The JSON of a ping."""
    return _encoder.encode(_Ping(name=ping.invoker, is_enabled=ping.enabled))


def decode(body: bytes) -> Ping:
    """Read a ping.

    Raises:
        UnreadableMessageError: it is none.
    """
    try:
        read = _decoder.decode(body)
    except msgspec.DecodeError as problem:
        raise unreadable("health", problem) from problem
    return Ping(invoker=read.name, enabled=read.is_enabled is not False)

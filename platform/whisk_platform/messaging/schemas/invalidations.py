"""CacheInvalidationMessage: a controller tells the others that it has changed an entity."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from whisk_platform.messaging.schemas.faults import unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalidation:
    """Something that others must read again."""

    key: str
    """``ns/[package/]name``, or the uuid of a key."""
    instance: str
    """Who has changed it; it passes its own messages over."""


class _Key(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    main_id: str


class _Invalidation(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    key: _Key
    instance_id: str


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Invalidation)


def encode(invalidation: Invalidation) -> bytes:
    """The JSON of an invalidation."""
    return _encoder.encode(
        _Invalidation(key=_Key(main_id=invalidation.key), instance_id=invalidation.instance)
    )


def decode(body: bytes) -> Invalidation:
    """Read an invalidation; the secondary parts of a key are of no use here.

    Raises:
        UnreadableMessageError: it is none.
    """
    try:
        read = _decoder.decode(body)
    except msgspec.DecodeError as problem:
        raise unreadable("cacheInvalidation", problem) from problem
    return Invalidation(key=read.key.main_id, instance=read.instance_id)

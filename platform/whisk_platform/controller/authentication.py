"""Authentication: from the Authorization header to an identity, cached for a minute at most.

Source: contracts rest-api §1.4; design.md §5 Identity.
"""

from __future__ import annotations

import base64
import binascii
import uuid

from whisk_platform.common.clock import Clock
from whisk_platform.common.errors import UnauthorizedError
from whisk_platform.controller import texts
from whisk_platform.entities.identity import AuthKey, Identity
from whisk_platform.spi.stores import SubjectStore

KEY_LENGTH = 64
CACHE_SECONDS = 60.0
CACHE_ENTRIES = 10_000


class Authenticator:
    """Knows who presents which key."""

    def __init__(self, subjects: SubjectStore, clock: Clock) -> None:
        self._subjects = subjects
        self._clock = clock
        self._cache: dict[str, tuple[Identity, float]] = {}
        self._by_namespace: dict[str, tuple[Identity, float]] = {}
        self.generation = 0
        """Grows whenever what is known may have changed."""

    async def authenticate(self, authorization: str | None) -> Identity:
        """Find the identity of a request.

        Args:
            authorization: the header's value, or None.

        Raises:
            UnauthorizedError: nothing presented, or wrong, malformed or blocked.
        """
        if authorization is None:
            raise UnauthorizedError(texts.NO_CREDENTIALS)
        cached = self._cache.get(authorization)
        now = self._clock.monotonic()
        if cached is not None and cached[1] > now:
            return cached[0]
        key = parse_basic(authorization)
        generation = self.generation
        identity = await self._subjects.by_key(key.uuid, key.key) if key is not None else None
        if identity is None:
            raise UnauthorizedError(texts.BAD_CREDENTIALS)
        if generation == self.generation:
            _remember(self._cache, authorization, identity, now)
        return identity

    def known(self, authorization: str) -> tuple[Identity, float] | None:
        """The identity of a header that was read before, and until when it counts."""
        cached = self._cache.get(authorization)
        return cached if cached is not None and cached[1] > self._clock.monotonic() else None

    async def owner_of(self, namespace: str) -> Identity | None:
        """The identity of a namespace, for web actions and recovery."""
        cached = self._by_namespace.get(namespace)
        now = self._clock.monotonic()
        if cached is not None and cached[1] > now:
            return cached[0]
        generation = self.generation
        identity = await self._subjects.by_namespace(namespace)
        if identity is not None and generation == self.generation:
            _remember(self._by_namespace, namespace, identity, now)
        return identity

    def forget(self) -> None:
        """Drop everything that is cached, so that a block or a new key acts at once.

        What is being read meanwhile may be older than the change, so it is not cached either.
        """
        self.generation += 1
        self._cache.clear()
        self._by_namespace.clear()


def parse_basic(authorization: str) -> AuthKey | None:
    """Read ``Basic base64(uuid:key)``; None when it is not one (contract §1.4)."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, key = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        canonical = str(uuid.UUID(user))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    if canonical != user.lower() or len(key) != KEY_LENGTH:
        return None
    return AuthKey(uuid=canonical, key=key)


def _remember(
    cache: dict[str, tuple[Identity, float]], key: str, identity: Identity, now: float
) -> None:
    if len(cache) >= CACHE_ENTRIES:
        cache.clear()
    cache[key] = (identity, now + CACHE_SECONDS)

"""Throttles: invocations and fires of the running minute, activations in flight.

Source: contracts rest-api §6.2.
"""

from __future__ import annotations

from collections.abc import Callable

from whisk_platform.common.clock import Clock
from whisk_platform.common.errors import TooManyRequestsError
from whisk_platform.controller import texts
from whisk_platform.entities.identity import Identity
from whisk_platform.entities.limits import SystemLimits

NAMESPACES_TOLD = 1_000


class RateThrottle:
    """A fixed wall-clock minute for each namespace; every check counts, refused ones too."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._minute = -1
        self._counts: dict[str, int] = {}

    def check(self, namespace_uuid: str, allowed: int) -> None:
        """Take one token.

        Raises:
            TooManyRequestsError: more than ``allowed`` in this minute.
        """
        minute = self._clock.now_ms() // 60_000
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()
        count = self._counts.get(namespace_uuid, 0) + 1
        self._counts[namespace_uuid] = count
        if count > allowed:
            raise TooManyRequestsError(texts.too_many_requests(count, allowed))


class Throttles:
    """All throttles of one controller."""

    def __init__(self, clock: Clock, system: SystemLimits, in_flight: Callable[[str], int]) -> None:
        self._system = system
        self._in_flight = in_flight
        self._invocations = RateThrottle(clock)
        self._fires = RateThrottle(clock)
        self.admitted = 0
        """Invocations that were let in."""
        self.refused_by_rate: dict[str, int] = {}
        """Invocations and fires that were not, by namespace; at most ``NAMESPACES_TOLD`` of them,
        the rest under an empty name."""
        self.refused_by_concurrency: dict[str, int] = {}

    def check_invocation(self, identity: Identity) -> None:
        """Admit one action or web action.

        Raises:
            TooManyRequestsError: rate or concurrency; the contract's text.
        """
        own = identity.limits
        namespace = identity.authkey.uuid
        rate = own.invocations_per_minute
        allowed = self._system.invocations_per_minute if rate is None else rate
        try:
            self._invocations.check(namespace, allowed)
        except TooManyRequestsError:
            _count(self.refused_by_rate, identity.namespace)
            raise
        at_once = own.concurrent_invocations
        allowed = self._system.concurrent_invocations if at_once is None else at_once
        count = self._in_flight(namespace)
        if count >= allowed:
            _count(self.refused_by_concurrency, identity.namespace)
            raise TooManyRequestsError(texts.too_many_in_flight(count, allowed))
        self.admitted += 1

    def check_rule(self, identity: Identity) -> None:
        """Admit one action of a fired rule: it counts as an invocation.

        Raises:
            TooManyRequestsError: rate or concurrency.
        """
        self.check_invocation(identity)

    def check_fire(self, identity: Identity) -> None:
        """Admit one trigger.

        Raises:
            TooManyRequestsError: more fires in this minute than allowed.
        """
        rate = identity.limits.fires_per_minute
        allowed = self._system.fires_per_minute if rate is None else rate
        try:
            self._fires.check(identity.authkey.uuid, allowed)
        except TooManyRequestsError:
            _count(self.refused_by_rate, identity.namespace)
            raise


def _count(refused: dict[str, int], namespace: str) -> None:
    if namespace not in refused and len(refused) >= NAMESPACES_TOLD:
        namespace = ""
    refused[namespace] = refused.get(namespace, 0) + 1

"""The activator: starts an action, a sequence or a composition, and says how it ends.

Source: contracts rest-api §3.2, §3.4.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Protocol

from whisk_platform.common.counters import COUNTERS
from whisk_platform.common.errors import BadRequestError, TooLargeError
from whisk_platform.common.ids import ActivationId, TransactionId, new_activation_id
from whisk_platform.common.jsontext import JSONObject, RawJSON, join_object
from whisk_platform.controller import texts
from whisk_platform.controller.budgets import OUTSIDE, Enclosure
from whisk_platform.controller.resolution import ResolvedAction
from whisk_platform.entities.activation import Activation
from whisk_platform.entities.exec import CodeExec
from whisk_platform.entities.identity import Identity
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.entities.runtimes import RuntimesManifest
from whisk_platform.spi.loadbalancer import LoadBalancer
from whisk_platform.stores.parameterlocks import ParameterLocks

OVERHEAD = 6068
"""Bytes that parameters may add to the longest payload (contract appendix B)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """A wish to run something, already authorized."""

    user: Identity
    """In whose namespace it is recorded and whose key it may get."""
    target: ResolvedAction
    payload: JSONObject | RawJSON
    """An object's members to be merged over the defaults, or an array passed as it is."""
    transid: TransactionId
    received_ms: int
    blocking: bool
    """Whether somebody waits; if not, it is durable before ``start`` returns."""
    cause: ActivationId | None = None
    """Enclosing sequence or composition."""
    enclosure: Enclosure = OUTSIDE
    """What that leaves to this invocation."""
    trigger: str | None = None
    """``ns/trigger`` that set it off."""
    rule: str | None = None
    """``ns/rule`` through which it did."""
    extra_logging: bool = False
    """Whether it is recorded where the operator's level would leave it out."""
    activation_id: ActivationId | None = None
    """Given when accepted work is resumed after a restart."""
    locked: frozenset[str] = frozenset()
    """Keys of the payload whose values are sealed: those of a trigger's parameters."""
    at_rest: JSONObject | None = None
    """What stands in the journal for a payload that was opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """An accepted invocation."""

    message: ActivationMessage
    """What was handed over; of a sequence, what would start it again."""
    ended: asyncio.Future[Activation]
    """The record; nobody has to await it."""

    @property
    def activation_id(self) -> ActivationId:
        """Its id."""
        return self.message.activation_id


class CompositeStarter(Protocol):
    """Runs sequences or compositions; itself calls the activator for their steps."""

    async def start(self, invocation: Invocation) -> Started:
        """Start a sequence or composition; accepted when this returns."""


class Activator:
    """Starts invocations."""

    def __init__(
        self,
        balancer: LoadBalancer,
        manifest: RuntimesManifest,
        controller: str,
        locks: ParameterLocks | None = None,
        *,
        payload_bytes: int | None = None,
    ) -> None:
        """Start invocations through a load balancer.

        Args:
            balancer: finds an invoker for each.
            manifest: says which kinds are deprecated.
            controller: the controller's id.
            locks: opens sealed parameters; None where nothing is sealed.
            payload_bytes: the longest payload of the system; None = arguments have no bound.
        """
        self._most_bytes = None if payload_bytes is None else payload_bytes + OVERHEAD
        self._balancer = balancer
        self._locks = locks
        self._controller = controller
        self._deprecated = frozenset(r.kind for r in manifest.runtimes if r.deprecated)
        self._sequences: CompositeStarter | None = None
        self._conductors: CompositeStarter | None = None

    def run_composites_with(
        self, *, sequences: CompositeStarter, conductors: CompositeStarter
    ) -> None:
        """Close the circle: sequences and compositions need the activator for their steps."""
        self._sequences = sequences
        self._conductors = conductors

    async def start(self, invocation: Invocation) -> Started:
        """Start an action, a sequence or a composition.

        Raises:
            BadRequestError: an immutable parameter is named, or the kind is deprecated.
            TooLargeError: payload and parameters together are too long.
            ForbiddenError: the user may not run a component of the sequence.
            StoreError: it could not be made durable.
            UnavailableError: there is no room for it.
        """
        target = invocation.target
        if self.is_deprecated(target):
            raise BadRequestError(texts.deprecated_kind(target.action.exec.kind))
        if target.is_composite:
            return await self._start_composite(invocation)
        message = self.message(invocation)
        ended = await self._balancer.publish(invocation.target.action, message)
        return Started(message=message, ended=ended)

    def is_deprecated(self, target: ResolvedAction) -> bool:
        """Whether the action's kind is known, but not run any more."""
        executable = target.action.exec
        return isinstance(executable, CodeExec) and executable.kind in self._deprecated

    async def _start_composite(self, invocation: Invocation) -> Started:
        if isinstance(invocation.payload, dict):
            invocation.target.check(invocation.payload)
        starter = self._conductors if invocation.target.is_conductor else self._sequences
        assert starter is not None
        return await starter.start(self._opened(invocation))

    def _opened(self, invocation: Invocation) -> Invocation:
        """An invocation whose payload is in clear, because steps begin with parts of it."""
        payload = invocation.payload
        if not invocation.locked or not isinstance(payload, dict):
            return invocation
        assert self._locks is not None, "nothing is sealed without locks"
        opened = self._locks.opened_members(payload, invocation.locked)
        return replace(invocation, payload=opened, at_rest=payload)

    def message(self, invocation: Invocation) -> ActivationMessage:
        """The message for a single action.

        Raises:
            BadRequestError: an immutable parameter is named.
            TooLargeError: payload and parameters together are too long (contract §3.5).
        """
        target = invocation.target
        payload = invocation.payload
        if isinstance(payload, dict):
            COUNTERS.payload_codecs += 1
            content = RawJSON(join_object(target.merge(payload)))
            locked_args = _locked(target, payload, invocation.locked)
        else:
            content = payload
            locked_args = ()
        if self._most_bytes is not None:
            size = memoryview(content).nbytes
            if target.init_arguments:
                size += sum(memoryview(value).nbytes for value in target.init_arguments.values())
            if size > self._most_bytes:
                raise TooLargeError
        return ActivationMessage(
            transid=invocation.transid,
            received_ms=invocation.received_ms,
            action=target.action.fqn,
            revision=target.action.revision,
            user=invocation.user,
            activation_id=invocation.activation_id or new_activation_id(),
            controller=self._controller,
            blocking=invocation.blocking,
            content=content,
            init_content=target.init_arguments,
            locked_args=locked_args,
            locked_init=tuple(target.locked_init),
            cause=invocation.cause,
            binding=None if target.binding is None else str(target.binding),
            trigger=invocation.trigger,
            rule=invocation.rule,
            extra_logging=invocation.extra_logging,
            journaled=not invocation.blocking and invocation.cause is None,
        )


def _locked(target: ResolvedAction, payload: JSONObject, locked: frozenset[str]) -> tuple[str, ...]:
    """Which members of the merged arguments are sealed: those of the target that still stand."""
    if not target.locked_arguments:
        return tuple(locked)
    return (*locked, *(key for key in target.locked_arguments if key not in payload))


async def wait_for(started: Started, timeout_s: float | None) -> Activation | None:
    """Wait for the end of an invocation; None when the time is over first.

    Args:
        started: what to wait for; it goes on when this is canceled.
        timeout_s: seconds; None = as long as it takes.
    """
    ended = started.ended
    if ended.done():
        return ended.result()
    loop = asyncio.get_running_loop()
    woken = loop.create_future()

    def wake(_: object = None) -> None:
        if not woken.done():
            woken.set_result(None)

    ended.add_done_callback(wake)
    timer = None if timeout_s is None else loop.call_later(timeout_s, wake)
    try:
        await woken
    finally:
        ended.remove_done_callback(wake)
        if timer is not None:
            timer.cancel()
    return ended.result() if ended.done() else None

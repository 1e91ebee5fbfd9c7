"""Limits: of an action, of a namespace, and the system's bounds on both.

Source: contracts rest-api §2.2.2, §2.7, §6.1, appendix B.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from whisk_platform.common.errors import BadRequestError
from whisk_platform.common.units import ByteSize


class ActionLimits(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one activation of an action may use."""

    timeout: int
    """Milliseconds, for init and for run separately."""
    memory: int
    """Megabytes."""
    logs: int
    """Megabytes; 0 collects none."""
    concurrency: int
    """Activations at once in one container."""
    instances: int | None = None
    """Containers for this action; None = as many as the namespace may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Least, usual and greatest value of one limit."""

    min: int
    std: int
    max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemLimits:
    """What the deployment allows everybody; the defaults are the contract's."""

    timeout: Bounds = Bounds(min=100, std=60_000, max=300_000)
    memory: Bounds = Bounds(min=128, std=256, max=512)
    logs: Bounds = Bounds(min=0, std=10, max=10)
    concurrency: Bounds = Bounds(min=1, std=1, max=1)
    invocations_per_minute: int = 60
    concurrent_invocations: int = 30
    fires_per_minute: int = 60
    sequence_length: int = 50
    parameter_bytes: int = 1 << 20
    payload_bytes: int = 1 << 20
    truncation_bytes: int = 1 << 20
    code_bytes: int = 48 << 20
    blocking_wait_ms: int = 60_000
    list_default: int = 30
    list_max: int = 200

    def standard(self) -> ActionLimits:
        """The limits of an action that asks for nothing."""
        return ActionLimits(
            timeout=self.timeout.std,
            memory=self.memory.std,
            logs=self.logs.std,
            concurrency=self.concurrency.std,
        )


class NamespaceLimits(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"
):
    """A namespace's own limits document; None = the system's value."""

    invocations_per_minute: int | None = None
    concurrent_invocations: int | None = None
    fires_per_minute: int | None = None
    allowed_kinds: list[str] | None = None
    store_activations: bool | None = None
    min_action_memory: int | None = None
    max_action_memory: int | None = None
    min_action_logs: int | None = None
    max_action_logs: int | None = None
    min_action_timeout: int | None = None
    max_action_timeout: int | None = None
    min_action_concurrency: int | None = None
    max_action_concurrency: int | None = None
    max_parameter_size: str | None = None
    max_payload_size: str | None = None
    truncation_size: str | None = None
    max_action_instances: int | None = None
    warmed_container_keeping_count: int | None = None
    warmed_container_keeping_timeout: str | None = None


def effective(system: SystemLimits, own: NamespaceLimits) -> SystemLimits:
    """A namespace's limits laid over the system's; values beyond the system's are clamped."""
    return replace(
        system,
        timeout=_clamp(system.timeout, own.min_action_timeout, own.max_action_timeout),
        memory=_clamp(system.memory, own.min_action_memory, own.max_action_memory),
        logs=_clamp(system.logs, own.min_action_logs, own.max_action_logs),
        concurrency=_clamp(
            system.concurrency, own.min_action_concurrency, own.max_action_concurrency
        ),
        invocations_per_minute=_or(own.invocations_per_minute, system.invocations_per_minute),
        concurrent_invocations=_or(own.concurrent_invocations, system.concurrent_invocations),
        fires_per_minute=_or(own.fires_per_minute, system.fires_per_minute),
    )


def check(limits: ActionLimits, bounds: SystemLimits) -> None:
    """Verify that an action's limits fit.

    Raises:
        BadRequestError: one does not; the contract's text, which names value and threshold.
    """
    check_ranges(limits, bounds)
    if limits.instances is not None and limits.instances > bounds.concurrent_invocations:
        raise BadRequestError(
            "Max action instance concurrency must not exceed your namespace concurrency of"
            f" {bounds.concurrent_invocations}."
        )


def check_ranges(limits: ActionLimits, bounds: SystemLimits) -> None:
    """Verify that what one activation may use is within its bounds.

    Raises:
        BadRequestError: something is not; the contract's text, which names value and threshold.
    """
    _within("duration", limits.timeout, bounds.timeout, " milliseconds")
    _within("memory size", limits.memory, bounds.memory, " MB")
    _within("log size", limits.logs, bounds.logs, " MB")
    _within("concurrency", limits.concurrency, bounds.concurrency, "")


def narrows(own: NamespaceLimits) -> bool:
    """Whether a namespace has bounds of its own for what one activation may use."""
    return not (
        own.max_action_memory is None
        and own.max_action_timeout is None
        and own.max_action_logs is None
        and own.max_action_concurrency is None
        and own.min_action_memory is None
        and own.min_action_timeout is None
        and own.min_action_logs is None
        and own.min_action_concurrency is None
    )


def payload_bytes(own: NamespaceLimits, system_bytes: int) -> int:
    """How long a payload or a result may be: the namespace's value, within the system's.

    Args:
        own: the namespace's limits.
        system_bytes: what everybody may send.

    Source: contracts rest-api §6.1 (a value beyond the system's bound is clamped to it).
    """
    said = own.max_payload_size
    return system_bytes if said is None else min(system_bytes, ByteSize.parse(said).bytes)


def _within(what: str, value: int, bounds: Bounds, unit: str) -> None:
    if value < bounds.min:
        raise BadRequestError(
            f"requirement failed: {what} {value}{unit} below allowed threshold of"
            f" {bounds.min}{unit}"
        )
    if value > bounds.max:
        raise BadRequestError(
            f"requirement failed: {what} {value}{unit} exceeds allowed threshold of"
            f" {bounds.max}{unit}"
        )


def _clamp(system: Bounds, low: int | None, high: int | None) -> Bounds:
    least = max(system.min, _or(low, system.min))
    most = min(system.max, _or(high, system.max))
    return Bounds(min=least, std=min(max(system.std, least), most), max=most)


def _or(own: int | None, system: int) -> int:
    return system if own is None else own

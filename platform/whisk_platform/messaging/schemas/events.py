"""EventMessage: what is told on ``events`` to who bills and counts.

Source: contracts data-plane §3.6, §9.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from whisk_platform.common.jsontext import JSONTextError, loads
from whisk_platform.entities.activation import Activation, StatusCode
from whisk_platform.entities.identity import Identity

_UNREADABLE_CODE = 400


class MetricName(Enum):
    """What a metric event counts."""

    CONCURRENT_RATE_LIMIT = "ConcurrentRateLimit"
    TIMED_RATE_LIMIT = "TimedRateLimit"
    CONCURRENT_INVOCATIONS = "ConcurrentInvocations"


class _ActivationBody(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True
):
    name: str
    activation_id: str
    status_code: int
    duration: int
    wait_time: int
    init_time: int
    kind: str
    conductor: bool
    memory: int
    caused_by: str | None = None
    size: int | None = None
    user_defined_status_code: int | None = None


class _MetricBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    metric_name: str
    metric_value: int


class _Event(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    source: str
    body: _ActivationBody | _MetricBody
    subject: str
    namespace: str
    user_id: str
    event_type: str
    timestamp: int


_encoder = msgspec.json.Encoder()


def of_activation(activation: Activation, user: Identity, source: str, now_ms: int) -> bytes:
    """The event of an activation that has ended.

    Args:
        activation: the record.
        user: who invoked it.
        source: ``invoker0``.
        now_ms: milliseconds since the epoch.
    """
    noted = activation.annotations
    limits = noted.value("limits")
    body = _ActivationBody(
        name=activation.path,
        activation_id=activation.activation_id,
        status_code=int(activation.response.status_code),
        duration=activation.duration or 0,
        wait_time=_number(noted.value("waitTime")),
        init_time=_number(noted.value("initTime")),
        kind=activation.kind or "unknown",
        conductor=noted.is_true("conductor"),
        memory=_number(limits.get("memory")) if isinstance(limits, dict) else 0,
        caused_by=_text(noted.value("causedBy")),
        size=activation.response.size,
        user_defined_status_code=_own_code(activation),
    )
    return _event("Activation", body, user, source, now_ms)


def of_metric(name: MetricName, value: int, user: Identity, source: str, now_ms: int) -> bytes:
    """The event of a limit that was reached, or of a count.

    Args:
        name: what is counted.
        value: how many.
        user: whose.
        source: ``controller0``.
        now_ms: milliseconds since the epoch.
    """
    body = _MetricBody(metric_name=name.value, metric_value=value)
    return _event("Metric", body, user, source, now_ms)


def _event(
    kind: str, body: _ActivationBody | _MetricBody, user: Identity, source: str, now_ms: int
) -> bytes:
    return _encoder.encode(
        _Event(
            source=source,
            body=body,
            subject=user.subject,
            namespace=user.namespace,
            user_id=user.authkey.uuid,
            event_type=kind,
            timestamp=now_ms,
        )
    )


def _own_code(activation: Activation) -> int | None:
    """The status code that the action itself has put into its result."""
    if activation.response.status_code not in (StatusCode.SUCCESS, StatusCode.APPLICATION_ERROR):
        return None
    try:
        result = loads(activation.response.result)
    except JSONTextError:
        return None
    if not isinstance(result, dict):
        return None
    error = result.get("error")
    holder = error if isinstance(error, dict) and "statusCode" in error else result
    if "statusCode" not in holder:
        return None
    code = holder["statusCode"]
    if isinstance(code, str) and code.isdecimal():
        return int(code)
    if isinstance(code, int) and not isinstance(code, bool):
        return code
    return _UNREADABLE_CODE


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None

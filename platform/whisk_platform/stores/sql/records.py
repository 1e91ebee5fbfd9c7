"""Activation records as rows, and back, to the byte."""

from __future__ import annotations

from whisk_platform.common.ids import ActivationId
from whisk_platform.common.jsontext import EMPTY_OBJECT, RawJSON, dumps, loads
from whisk_platform.entities.activation import Activation, Response, StatusCode
from whisk_platform.stores.sql import templates
from whisk_platform.stores.sql.origins import Origin
from whisk_platform.stores.sql.schema import AnyRow
from whisk_platform.stores.sql.templates import Template

COLUMNS = (
    "id",
    "namespace",
    "source",
    "template",
    "start",
    "elapsed",
    "duration",
    "status",
    "size",
    "cause",
    "details",
    "result",
    "logs",
)
"""In the order of ``row``."""

_NO_DURATION = -1
"""In the column: the record has an end and no duration. NULL = the duration is the elapsed time."""


def row(
    activation: Activation, key: bytes, origin: Origin, details: bytes | None
) -> tuple[object, ...]:
    """The values of ``COLUMNS``."""
    end, duration = activation.end, activation.duration
    elapsed = None if end is None else end - activation.start
    stored = duration
    if duration == elapsed:
        stored = None
    elif duration is None:
        stored = _NO_DURATION
    response = activation.response
    return (
        key,
        origin.namespace,
        origin.source,
        origin.template,
        activation.start,
        elapsed,
        stored,
        int(response.status_code),
        response.size,
        None if activation.cause is None else to_key(activation.cause),
        details,
        bytes(response.result),
        dumps(activation.logs) if activation.logs else None,
    )


def activation(namespace: str, template: Template, found: AnyRow, *, docs: bool) -> Activation:
    """The record of a row.

    Args:
        namespace: the record's.
        template: the row's.
        found: a row with ``COLUMNS``; without ``docs`` the last two are not read.
        docs: whether result and logs are wanted.
    """
    end = None if found.elapsed is None else found.start + found.elapsed
    duration = found.elapsed if found.duration is None else found.duration
    return Activation(
        activation_id=to_id(found.id),
        namespace=namespace,
        name=template.name,
        version=template.version,
        subject=template.subject,
        start=found.start,
        end=end,
        duration=None if duration == _NO_DURATION and found.duration is not None else duration,
        response=Response(
            status_code=StatusCode(found.status),
            result=RawJSON(found.result) if docs else EMPTY_OBJECT,
            size=found.size,
        ),
        logs=tuple(loads(found.logs)) if docs and found.logs is not None else (),
        annotations=templates.fill(template, found.details),
        cause=None if found.cause is None else to_id(found.cause),
        publish=template.publish,
    )


def to_key(activation_id: ActivationId) -> bytes:
    """An activation id as it stands in the database: 16 bytes.

    Raises:
        ValueError: it is no activation id.
    """
    return bytes.fromhex(activation_id)


def to_id(key: bytes) -> ActivationId:
    """An activation id as everybody else knows it."""
    return ActivationId(key.hex())

"""Activation records as rows, and back, to the byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from whisk_platform.common.ids import ActivationId
from whisk_platform.common.jsontext import RawJSON, dumps, loads
from whisk_platform.common.positions import Position
from whisk_platform.entities.activation import Activation, Response, StatusCode
from whisk_platform.entities.printed import Printed
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
    "settled",
    "details",
    "result",
    "logs",
)
"""In the order of ``row``."""

READ = tuple(name for name in COLUMNS if name != "settled")
"""Those that ``activation`` makes a record of."""

_STATUS = {int(code): code for code in StatusCode}

_NO_DURATION = -1
"""In the column: the record has an end and no duration. NULL = the duration is the elapsed time."""


def row(
    activation: Activation, key: bytes, position: Position, origin: Origin, details: bytes | None
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
        position,
        details,
        bytes(response.result),
        _packed(activation.logs) if activation.logs else None,
    )


def activation(
    namespace: str, known: Mapping[int, Template], found: AnyRow, *, docs: bool
) -> Activation:
    """The record of a row.

    Args:
        namespace: the record's.
        known: the row's template among others, by its number.
        found: the values of ``READ``; without ``docs`` others may stand in place of the last two.
        docs: whether result and logs are wanted.
    """
    # By position, because a page has hundreds of rows and looking up a name takes its time.
    key, _, _, number, start, elapsed, stored, status, size, cause, details, *texts = found
    template = known[number]
    result, logs = texts if docs else (b"{}", None)
    duration = elapsed
    if stored is not None:
        duration = None if stored == _NO_DURATION else stored
    return Activation(
        activation_id=to_id(key),
        namespace=namespace,
        name=template.name,
        version=template.version,
        subject=template.subject,
        start=start,
        end=None if elapsed is None else start + elapsed,
        duration=duration,
        response=Response(status_code=_STATUS[status], result=RawJSON(result), size=size),
        logs=() if logs is None else _unpacked(logs),
        annotations=templates.fill(template, details),
        cause=None if cause is None else to_id(cause),
        publish=template.publish,
    )


def _packed(logs: Sequence[str]) -> bytes:
    return logs.pack() if isinstance(logs, Printed) else dumps(logs)


def _unpacked(packed: bytes) -> Sequence[str]:
    # What triggers and sequences log is JSON, and so was once what actions print.
    return tuple(loads(packed)) if packed.startswith(b"[") else Printed.unpack(packed)


def to_key(activation_id: ActivationId) -> bytes:
    """An activation id as it stands in the database: 16 bytes.

    Raises:
        ValueError: it is no activation id.
    """
    return bytes.fromhex(activation_id)


def to_id(key: bytes) -> ActivationId:
    """An activation id as everybody else knows it."""
    return ActivationId(key.hex())

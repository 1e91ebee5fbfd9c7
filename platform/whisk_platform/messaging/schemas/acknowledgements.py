"""Acknowledgements: an invoker tells a controller that an activation has a result, or has ended.

The kind is known by the fields: ``instance`` and ``response`` both = combined; ``instance`` = the
slot is free; otherwise only the result is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from whisk_platform.common import jsontext
from whisk_platform.common.ids import ActivationId
from whisk_platform.common.jsontext import EMPTY_OBJECT, RawJSON, dumps
from whisk_platform.entities import wire
from whisk_platform.entities.activation import Activation, Response, StatusCode
from whisk_platform.entities.parameters import Parameter, Parameters
from whisk_platform.messaging.schemas import transactions
from whisk_platform.messaging.schemas.faults import unreadable
from whisk_platform.messaging.schemas.instances import InvokerInstance
from whisk_platform.messaging.schemas.transactions import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """One acknowledgement."""

    transaction: Transaction
    activation_id: ActivationId
    activation: Activation | None = None
    """The record, without logs; None = look it up in the store, or nobody waits for it."""
    instance: InvokerInstance | None = None
    """Who has a slot free again; None = it is not free yet."""
    is_system_error: bool | None = None

    @property
    def has_result(self) -> bool:
        """Whether who waits can be answered from it."""
        return self.activation is not None


class _Response(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    status_code: int
    result: RawJSON | msgspec.UnsetType = msgspec.UNSET
    size: int | None = None


class _Record(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    namespace: str
    name: str
    subject: str
    activation_id: str
    start: int
    response: _Response
    version: str = "0.0.1"
    end: int | None = None
    duration: int | None = None
    cause: str | None = None
    logs: list[str] = []
    annotations: list[Parameter] = []
    publish: bool = False


class _Ack(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    transid: list[Any]
    activation_id: str | None = None
    response: RawJSON | msgspec.UnsetType = msgspec.UNSET
    is_system_error: bool | None = None
    instance: InvokerInstance | None = None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Ack)
_record_decoder = msgspec.json.Decoder(_Record)


def encode(ack: Ack, *, shrunk: bool = False) -> bytes:
    """The JSON of an acknowledgement.

    Args:
        ack: the acknowledgement.
        shrunk: whether only the id of the record travels: for callers who do not wait, and for
            records that are too large for the broker.
    """
    response: RawJSON | msgspec.UnsetType = msgspec.UNSET
    if ack.activation is not None:
        text = dumps(ack.activation_id) if shrunk else _record(ack.activation)
        response = RawJSON(text)
    body = _Ack(
        transid=transactions.encode(ack.transaction),
        activation_id=ack.activation_id if ack.activation is None else None,
        response=response,
        is_system_error=ack.is_system_error,
        instance=ack.instance,
    )
    return _encoder.encode(body)


def _record(activation: Activation) -> bytes:
    """The record as it is stored by the reference: its outcome is a number."""
    members = wire.activation(msgspec.structs.replace(activation, logs=()))
    outcome = activation.response
    response = {
        "statusCode": wire.raw(int(outcome.status_code)),
        "result": outcome.result,
    }
    if outcome.size is not None:
        response["size"] = wire.raw(outcome.size)
    members["response"] = wire.obj(response)
    return bytes(wire.obj(members))


def decode(body: bytes, topic: str = "completed") -> Ack:
    """Read an acknowledgement.

    Args:
        body: JSON.
        topic: for the error.

    Raises:
        UnreadableMessageError: it is none.
    """
    try:
        read = jsontext.decode(_decoder, body)
        activation, identifier = _outcome(read)
        return Ack(
            transaction=transactions.decode(read.transid),
            activation_id=identifier,
            activation=activation,
            instance=read.instance,
            is_system_error=read.is_system_error,
        )
    except (msgspec.DecodeError, ValueError) as problem:
        raise unreadable(topic, problem) from problem


def _outcome(read: _Ack) -> tuple[Activation | None, ActivationId]:
    if read.response is msgspec.UNSET:
        if read.activation_id is None:
            raise ValueError("it names no activation")
        return None, ActivationId(read.activation_id)
    if bytes(read.response).startswith(b'"'):
        return None, ActivationId(msgspec.json.decode(read.response, type=str))
    activation = _activation(jsontext.decode(_record_decoder, bytes(read.response)))
    return activation, activation.activation_id


def _activation(record: _Record) -> Activation:
    outcome = record.response
    return Activation(
        activation_id=ActivationId(record.activation_id),
        namespace=record.namespace,
        name=record.name,
        version=record.version,
        subject=record.subject,
        start=record.start,
        end=record.end,
        duration=record.duration,
        response=Response(
            status_code=StatusCode(outcome.status_code),
            result=EMPTY_OBJECT if outcome.result is msgspec.UNSET else outcome.result,
            size=outcome.size,
        ),
        logs=tuple(record.logs),
        annotations=Parameters.of(record.annotations),
        cause=None if record.cause is None else ActivationId(record.cause),
        publish=record.publish,
    )

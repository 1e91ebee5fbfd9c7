"""ActivationMessage: a controller asks an invoker to run an action.

Two differences from the reference: the API key travels only if the action is to get one, and what
set the activation off is told in fields of its own.
"""

from __future__ import annotations

from typing import Any

import msgspec

from whisk_platform.common import jsontext
from whisk_platform.common.ids import ActivationId
from whisk_platform.common.jsontext import (
    EMPTY_OBJECT,
    JSONTextError,
    RawJSON,
    join_object,
    split_object,
)
from whisk_platform.entities.identity import AuthKey, Identity
from whisk_platform.entities.limits import NamespaceLimits
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.entities.names import from_path
from whisk_platform.entities.parameters import AES_256_GCM
from whisk_platform.messaging.schemas import transactions
from whisk_platform.messaging.schemas.faults import unreadable
from whisk_platform.messaging.schemas.transactions import Transaction

RIGHTS = ("READ", "PUT", "DELETE", "ACTIVATE")


class _Action(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    path: str
    name: str
    version: str | None = None
    binding: str | None = None


class _Namespace(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    uuid: str


class _Key(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    api_key: str | None = None


class _User(msgspec.Struct, frozen=True, kw_only=True):
    subject: str
    namespace: _Namespace
    authkey: _Key
    rights: tuple[str, ...] = RIGHTS
    limits: NamespaceLimits = NamespaceLimits()


class _Controller(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    as_string: str
    instance_type: str = "controller"


class _Message(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    transid: list[Any]
    action: _Action
    revision: str | None
    user: _User
    activation_id: str
    root_controller_index: _Controller
    blocking: bool
    content: RawJSON | msgspec.UnsetType = msgspec.UNSET
    init_args: tuple[str, ...]
    locked_args: dict[str, str]
    cause: str | None = None
    trace_context: dict[str, str] | None = None
    init_content: dict[str, RawJSON] = {}
    trigger: str | None = None
    rule: str | None = None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Message)


def encode(
    message: ActivationMessage, *, with_key: bool, trace: dict[str, str] | None = None
) -> bytes:
    """The JSON of a message.

    Args:
        message: the message.
        with_key: whether the action is to get the caller's API key.
        trace: the tracer's context.
    """
    content, apart = _merged(message)
    user = message.user
    body = _Message(
        transid=transactions.encode(
            Transaction(message.transid, message.received_ms, message.extra_logging)
        ),
        action=_Action(path=message.action.path, name=message.action.name, binding=message.binding),
        revision=str(message.revision) if message.revision else None,
        user=_User(
            subject=user.subject,
            namespace=_Namespace(name=user.namespace, uuid=user.authkey.uuid),
            authkey=_Key(api_key=str(user.authkey) if with_key else None),
            limits=user.limits,
        ),
        activation_id=message.activation_id,
        root_controller_index=_Controller(as_string=message.controller),
        blocking=message.blocking,
        content=content,
        init_args=tuple(message.init_content),
        locked_args=dict.fromkeys((*message.locked_args, *message.locked_init), AES_256_GCM),
        cause=message.cause,
        trace_context=trace,
        init_content=apart,
        trigger=message.trigger,
        rule=message.rule,
    )
    return _encoder.encode(body)


def _merged(message: ActivationMessage) -> tuple[RawJSON, dict[str, RawJSON]]:
    """Arguments with those of init among them; apart, where the arguments are an array."""
    if not message.init_content:
        return message.content, {}
    if bytes(message.content).lstrip().startswith(b"["):
        return message.content, message.init_content
    members = split_object(message.content)
    return RawJSON(join_object({**members, **message.init_content})), {}


def decode(body: bytes, topic: str = "invoker") -> ActivationMessage:
    """Read a message.

    Args:
        body: JSON.
        topic: for the error.

    Raises:
        UnreadableMessageError: it is no such message.
    """
    try:
        return _message(jsontext.decode(_decoder, body))
    except (msgspec.DecodeError, ValueError, JSONTextError, UnicodeDecodeError) as problem:
        raise unreadable(topic, problem) from problem


def _message(body: _Message) -> ActivationMessage:
    transaction = transactions.decode(body.transid)
    init = frozenset(body.init_args)
    content = EMPTY_OBJECT if body.content is msgspec.UNSET else body.content
    apart = body.init_content
    if init and not apart:
        members = split_object(content)
        apart = {name: value for name, value in members.items() if name in init}
        content = RawJSON(
            join_object({name: value for name, value in members.items() if name not in init})
        )
    return ActivationMessage(
        transid=transaction.id,
        received_ms=transaction.start_ms,
        action=from_path(body.action.path, body.action.name),
        revision=_revision(body.revision),
        user=_identity(body.user),
        activation_id=ActivationId(body.activation_id),
        controller=body.root_controller_index.as_string,
        blocking=body.blocking,
        content=content,
        init_content=apart,
        locked_args=tuple(name for name in body.locked_args if name not in init),
        locked_init=tuple(name for name in body.locked_args if name in init),
        cause=None if body.cause is None else ActivationId(body.cause),
        binding=body.action.binding,
        trigger=body.trigger,
        rule=body.rule,
        extra_logging=transaction.extra_logging,
    )


def _identity(user: _User) -> Identity:
    _, _, key = (user.authkey.api_key or "").partition(":")
    return Identity(
        subject=user.subject,
        namespace=user.namespace.name,
        authkey=AuthKey(uuid=user.namespace.uuid, key=key),
        limits=user.limits,
    )


def _revision(text: str | None) -> int:
    """The number in ``12`` or ``12-a0b1``; 0 = the newest."""
    digits = (text or "").partition("-")[0]
    return int(digits) if digits.isdecimal() else 0

"""Bodies of PUT requests: what all four kinds of entity accept, with the contract's refusals.

Values of parameters and annotations stay the text they were. Source: contracts rest-api §2.0,
appendix D 6, 18, 19.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from whisk_platform.common.errors import MalformedContentError, TooLargeError
from whisk_platform.common.jsontext import (
    FALSE,
    NULL,
    TRUE,
    JSONObject,
    JSONTextError,
    NotAnObjectError,
    RawJSON,
    compact,
    loads,
    split_array,
    split_object,
)
from whisk_platform.common.units import ByteSize
from whisk_platform.controller import texts
from whisk_platform.controller.request import Request
from whisk_platform.entities.identity import Identity
from whisk_platform.entities.limits import SystemLimits
from whisk_platform.entities.names import FullyQualifiedEntityName, parse
from whisk_platform.entities.parameters import AES_256_GCM, Parameter, Parameters

OFF_LOOP_BYTES = 64 << 10
"""Longer bodies are parsed in a thread, so that no other request waits for them."""
SHOWN_CHARACTERS = 1000
_VERSION = re.compile(r"(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?", re.ASCII)
_PARAMETERS_MALFORMED = "parameters malformed!"

ParsedT = TypeVar("ParsedT")


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBody:
    """What a PUT of any kind may say; None = not said."""

    members: JSONObject
    """Everything in the body but nulls, unparsed, for what only one kind understands."""
    parameters: Parameters | None
    annotations: Parameters | None
    version: str | None
    publish: bool | None


async def put_body(request: Request, limits: SystemLimits) -> PutBody:
    """Read what all kinds of entity have in common.

    Raises:
        MalformedContentError: no JSON, or a member of the wrong shape.
        TooLargeError: parameters or annotations exceed the namespace's limit.
        UnsupportedMediaTypeError: the body is not JSON by its type.
    """
    most = parameter_limit(request.identity, limits)
    return await parsed(request, lambda members: common_members(members, most))


async def parsed(request: Request, parse_members: Callable[[JSONObject], ParsedT]) -> ParsedT:
    """Parse a body, in a thread when it is long.

    Args:
        request: whose body it is.
        parse_members: gets the members that are not null.

    Raises:
        MalformedContentError: no JSON object.
    """
    body = await request.json_body()
    if len(body) <= OFF_LOOP_BYTES:
        return parse_members(body_members(body))
    return await asyncio.to_thread(lambda: parse_members(body_members(body)))


def body_members(body: bytes) -> JSONObject:
    """Split a body into its members; nulls count as absent.

    Raises:
        MalformedContentError: no JSON object.
    """
    try:
        members = split_object(body)
    except NotAnObjectError as error:
        raise MalformedContentError("Object expected in field 'exec'") from error
    except JSONTextError as error:
        raise MalformedContentError(error.message) from error
    return {key: value for key, value in members.items() if not is_null(value)}


def common_members(members: JSONObject, most_bytes: int) -> PutBody:
    """Parse the members that every kind accepts.

    Args:
        members: without nulls.
        most_bytes: limit of parameters and of annotations.

    Raises:
        MalformedContentError: a member of the wrong shape.
        TooLargeError: parameters or annotations exceed the limit.
    """
    parameters = _pairs(members, "parameters")
    annotations = _plain(_pairs(members, "annotations"))
    for name, pairs in (("parameters", parameters), ("annotations", annotations)):
        if pairs is not None and pairs.size > most_bytes:
            raise TooLargeError(texts.larger_than_allowed(name, pairs.size, most_bytes))
    return PutBody(
        members=members,
        parameters=parameters,
        annotations=annotations,
        version=_version(members),
        publish=_publish(members),
    )


def parameter_limit(identity: Identity, limits: SystemLimits) -> int:
    """How many bytes of parameters, and of annotations, an entity of a namespace may have."""
    own = identity.limits.max_parameter_size
    return limits.parameter_bytes if own is None else _clamped(own, limits.parameter_bytes)


def _clamped(size: str, most: int) -> int:
    return min(ByteSize.parse(size).bytes, most)


def reference(value: RawJSON) -> FullyQualifiedEntityName:
    """Read a qualified name: ``"/ns/[pkg/]a"`` or ``{"path": "ns[/pkg]", "name": "a"}``.

    Returns:
        The name; its namespace may still be ``_``.

    Raises:
        MalformedContentError: neither, or the name is not legal.
    """
    decoded = decoded_value(value)
    if isinstance(decoded, str):
        return parse(decoded)
    if isinstance(decoded, dict):
        path, name = decoded.get("path"), decoded.get("name")
        if isinstance(path, str) and isinstance(name, str):
            return parse(f"{path}/{name}")
    raise MalformedContentError("fully qualified name malformed")


def string(value: RawJSON) -> str | None:
    """A string that can be stored as text; None when it is anything else."""
    decoded = decoded_value(value)
    if not isinstance(decoded, str) or not _is_text(decoded):
        return None
    return decoded


def decoded_value(value: RawJSON) -> object:
    """Decode one member.

    Raises:
        MalformedContentError: it is no JSON.
    """
    try:
        return loads(value)
    except JSONTextError as error:
        raise MalformedContentError(error.message) from error


def is_null(value: RawJSON) -> bool:
    """Whether a value is JSON ``null``."""
    return bytes(value).strip() == bytes(NULL)


def shown(value: RawJSON) -> str:
    """A value as a sentence about it quotes it: compact, and no longer than a person reads."""
    text = bytes(compact(value)).decode("utf-8", "replace")
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _pairs(members: JSONObject, name: str) -> Parameters | None:
    value = members.get(name)
    if value is None:
        return None
    try:
        return Parameters.of(_pair(element) for element in split_array(value))
    except JSONTextError as error:
        raise MalformedContentError(_PARAMETERS_MALFORMED) from error


def _plain(pairs: Parameters | None) -> Parameters | None:
    """Annotations are never sealed."""
    if pairs is None or all(entry.encryption is None for entry in pairs):
        return pairs
    plain = (msgspec.structs.replace(entry, encryption=None) for entry in pairs)
    return Parameters(tuple(plain))


def _pair(element: RawJSON) -> Parameter:
    members = split_object(element)
    raw_key = members.get("key")
    value = members.get("value")
    key = None if raw_key is None else string(raw_key)
    marker = members.get("encryption")
    if key is None or value is None or not _is_marker(marker):
        raise MalformedContentError(_PARAMETERS_MALFORMED)
    return Parameter(
        key=key,
        value=compact(value),
        init=_init(members.get("init")),
        # A marker of somebody else's cipher says nothing that could be acted upon.
        encryption=AES_256_GCM if marker is not None and string(marker) == AES_256_GCM else None,
    )


def _init(value: RawJSON | None) -> bool:
    if value is None or is_null(value):
        return False
    flag = _boolean(value)
    if flag is None:
        raise MalformedContentError(_PARAMETERS_MALFORMED)
    return flag


def _is_marker(value: RawJSON | None) -> bool:
    return value is None or is_null(value) or string(value) is not None


def _boolean(value: RawJSON) -> bool | None:
    return {bytes(TRUE): True, bytes(FALSE): False}.get(bytes(value).strip())


def _publish(members: JSONObject) -> bool | None:
    value = members.get("publish")
    if value is None:
        return None
    flag = _boolean(value)
    if flag is None:
        raise MalformedContentError(f"Expected JsBoolean, but got {shown(value)}")
    return flag


def _version(members: JSONObject) -> str | None:
    value = members.get("version")
    if value is None:
        return None
    match = _VERSION.fullmatch(string(value) or "")
    numbers = [int(part or 0) for part in match.groups()] if match else [0]
    if not any(numbers):
        raise MalformedContentError("semantic version malformed")
    return ".".join(map(str, numbers))

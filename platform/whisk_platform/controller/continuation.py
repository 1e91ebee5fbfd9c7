"""Continuation: what the result of a conductor action asks for next. Pure.

Source: contracts rest-api §5.3, appendix D 15 and 22.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from whisk_platform.common.errors import BadRequestError
from whisk_platform.common.jsontext import (
    JSONObject,
    NotAnObjectError,
    RawJSON,
    compact,
    dumps,
    loads,
    split_object,
)
from whisk_platform.controller import texts
from whisk_platform.entities import wire
from whisk_platform.entities.names import (
    FullyQualifiedEntityName,
    check_entity_name,
    check_namespace,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The composition has ended, as the conductor's activation has."""

    result: RawJSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A component is to run, and then the conductor again."""

    component: FullyQualifiedEntityName
    payload: JSONObject = field(default_factory=dict)
    state: JSONObject = field(default_factory=dict)
    """Goes over the component's result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misnamed:
    """No component can be run; the conductor is to be told so."""

    error: str
    state: JSONObject = field(default_factory=dict)


Continuation: TypeAlias = End | Call | Misnamed


def continuation(result: RawJSON, namespace: str) -> Continuation:
    """Read what a conductor answered.

    Args:
        result: of one activation of the conductor, however that ended.
        namespace: whose actions unqualified names mean.
    """
    try:
        members = split_object(result)
    except NotAnObjectError:
        # The contract is silent about arrays: they say nothing about a next action.
        return End(result=result)
    params = members.get("params")
    name = members.get("action")
    if name is None:
        return End(result=result if params is None else wire.obj(_boxed("value", params)))
    state = members.get("state")
    kept = {} if state is None else _boxed("state", state)
    component = component_name(name, namespace)
    if component is None:
        return Misnamed(error=texts.component_not_named(_spelled(name)), state=kept)
    payload = {} if params is None else _boxed("value", params)
    return Call(component=component, payload=payload, state=kept)


def component_name(value: RawJSON, namespace: str) -> FullyQualifiedEntityName | None:
    """The action that a conductor names; None when it is no legal name.

    Args:
        value: ``"/ns/a"``, ``"/ns/pkg/a"``, ``"ns/pkg/a"``, ``"pkg/a"`` or ``"a"``. In the place
            of a namespace ``_`` is the given one.
        namespace: of names that have none.
    """
    text = loads(value)
    if not isinstance(text, str):
        return None
    segments = text.removeprefix("/").split("/")
    if not text.startswith("/") and len(segments) < 3:
        segments.insert(0, namespace)
    if not 2 <= len(segments) <= 3:
        return None
    try:
        check_namespace(segments[0])
        for segment in segments[1:]:
            check_entity_name(segment)
    except BadRequestError:
        return None
    package = segments[1] if len(segments) == 3 else None
    return FullyQualifiedEntityName(segments[0], package, segments[-1]).resolve(namespace)


def result_members(result: RawJSON) -> JSONObject:
    """What a component's result is to the conductor: an array is boxed as ``params`` would be."""
    return _boxed("value", result)


def error_members(text: str) -> JSONObject:
    """What a conductor gets instead of a result when a component could not be run."""
    return {"error": wire.raw(text)}


def _boxed(key: str, value: RawJSON) -> JSONObject:
    """The members of an object; anything else becomes the only member."""
    try:
        return split_object(value)
    except NotAnObjectError:
        return {key: value}


def _spelled(value: RawJSON) -> str:
    """A value as compact JSON, whatever escapes a runtime has put into a string."""
    if bytes(value).lstrip().startswith(b'"'):
        return dumps(loads(value)).decode()
    return bytes(compact(value)).decode()

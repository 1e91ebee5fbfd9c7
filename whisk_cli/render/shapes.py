"""The members of entities in the order in which they are shown, and what stands for an absent one.

Values that users choose (parameter values, results) are shown with sorted names.

**Source**: contracts/cli.md §3.4; the order is the one a person knows from ``wsk``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from whisk_cli.jsonvalue import JSONObject, JSONValue, Number, items, members

Shape = tuple["Member", ...]


class Type(Enum):
    """What a member holds; anything else the server sent counts as absent."""

    TEXT = "text"
    NUMBER = "number"
    SWITCH = "switch"
    TEXTS = "texts"
    PAIRS = "pairs"
    """Parameters or annotations: an array of ``{"key", "value"}``."""
    FREE = "free"
    """Anything."""
    RECORD = "record"
    RECORDS = "records"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of a shape.

    Attributes:
        name: Its name.
        type: What it holds.
        shown_empty: Whether it is shown when the server did not send it, or sent an empty value.
        keeps_zero: Whether a 0 that the server sent is shown.
        shape: The members of a record.
    """

    name: str
    type: Type = Type.TEXT
    shown_empty: bool = False
    keeps_zero: bool = False
    shape: Shape = ()


EXEC: Shape = (
    Member(name="kind"),
    Member(name="code", type=Type.FREE),
    Member(name="image"),
    Member(name="init"),
    Member(name="main"),
    Member(name="components", type=Type.TEXTS),
    Member(name="binary", type=Type.SWITCH),
)

LIMITS: Shape = (
    Member(name="timeout", type=Type.NUMBER, keeps_zero=True),
    Member(name="memory", type=Type.NUMBER, keeps_zero=True),
    Member(name="logs", type=Type.NUMBER, keeps_zero=True),
    Member(name="concurrency", type=Type.NUMBER, keeps_zero=True),
)

ACTION: Shape = (
    Member(name="namespace"),
    Member(name="name"),
    Member(name="version"),
    Member(name="exec", type=Type.RECORD, shape=EXEC),
    Member(name="annotations", type=Type.PAIRS),
    Member(name="parameters", type=Type.PAIRS),
    Member(name="limits", type=Type.RECORD, shape=LIMITS),
    Member(name="publish", type=Type.SWITCH),
    Member(name="updated", type=Type.NUMBER),
)

TRIGGER: Shape = (
    Member(name="namespace"),
    Member(name="name", shown_empty=True),
    Member(name="version"),
    Member(name="activationId"),
    Member(name="annotations", type=Type.PAIRS),
    Member(name="parameters", type=Type.PAIRS),
    Member(name="limits", type=Type.RECORD, shape=LIMITS),
    Member(name="publish", type=Type.SWITCH),
    Member(name="rules", type=Type.FREE),
    Member(name="updated", type=Type.NUMBER),
)

RULE: Shape = (
    Member(name="namespace"),
    Member(name="name"),
    Member(name="version"),
    Member(name="annotations", type=Type.PAIRS),
    Member(name="status", shown_empty=True),
    Member(name="trigger", type=Type.FREE, shown_empty=True),
    Member(name="action", type=Type.FREE, shown_empty=True),
    Member(name="publish", type=Type.SWITCH),
    Member(name="updated", type=Type.NUMBER),
)

PACKAGE: Shape = (
    Member(name="namespace"),
    Member(name="name"),
    Member(name="version"),
    Member(name="publish", type=Type.SWITCH),
    Member(name="annotations", type=Type.PAIRS),
    Member(name="parameters", type=Type.PAIRS),
    Member(name="binding", type=Type.RECORD, shape=(Member(name="namespace"), Member(name="name"))),
    Member(name="actions", type=Type.RECORDS, shape=ACTION),
    Member(name="feeds", type=Type.RECORDS, shape=ACTION),
    Member(name="updated", type=Type.NUMBER),
)

RESPONSE: Shape = (
    Member(name="status", shown_empty=True),
    Member(name="statusCode", type=Type.NUMBER, shown_empty=True),
    Member(name="success", type=Type.SWITCH, shown_empty=True),
    Member(name="result", type=Type.FREE),
)

ACTIVATION: Shape = (
    Member(name="namespace", shown_empty=True),
    Member(name="name", shown_empty=True),
    Member(name="version", shown_empty=True),
    Member(name="subject", shown_empty=True),
    Member(name="activationId", shown_empty=True),
    Member(name="cause"),
    Member(name="start", type=Type.NUMBER, shown_empty=True),
    Member(name="end", type=Type.NUMBER, shown_empty=True),
    Member(name="duration", type=Type.NUMBER, shown_empty=True),
    Member(name="statusCode", type=Type.NUMBER, shown_empty=True),
    Member(name="response", type=Type.RECORD, shown_empty=True, shape=RESPONSE),
    Member(name="logs", type=Type.TEXTS, shown_empty=True),
    Member(name="annotations", type=Type.PAIRS, shown_empty=True),
    Member(name="publish", type=Type.SWITCH),
)


def shaped(document: JSONObject, shape: Shape) -> JSONObject:
    """Give an entity as it is shown.

    Args:
        document: As the server sent it.
        shape: Its kind.

    Returns:
        The members of the shape, in its order.
    """
    shown: JSONObject = {}
    for member in shape:
        value = _value(document, member)
        if member.shown_empty or not _is_empty(value, member):
            shown[member.name] = value
    return shown


def field(document: JSONObject, shape: Shape, name: str) -> JSONValue:
    """Give one member as it is shown, an empty value if the server did not send it.

    Args:
        document: As the server sent it.
        shape: Its kind.
        name: A name for which :func:`has_field` is true.
    """
    member = next(each for each in shape if each.name.lower() == name.lower())
    return _value(document, member)


def has_field(shape: Shape, name: str) -> bool:
    """Tell whether a shape has a member of that name, ignoring case."""
    return any(member.name.lower() == name.lower() for member in shape)


def free(value: JSONValue) -> JSONValue:
    """Give a value that a user chose as it is shown: the names of all objects sorted."""
    if isinstance(value, dict):
        return {name: free(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [free(item) for item in value]
    return value


def _value(document: JSONObject, member: Member) -> JSONValue:
    value = document.get(member.name)
    match member.type:
        case Type.TEXT:
            return value if isinstance(value, str) else ""
        case Type.NUMBER:
            return value if isinstance(value, Number) else 0
        case Type.SWITCH:
            empty = False if member.shown_empty else None
            return value if isinstance(value, bool) else empty
        case Type.TEXTS:
            return value if isinstance(value, list) else None
        case Type.PAIRS:
            return [_pair(item) for item in items(value)] if isinstance(value, list) else None
        case Type.RECORD:
            if isinstance(value, dict):
                return shaped(value, member.shape)
            return shaped({}, member.shape) if member.shown_empty else None
        case Type.RECORDS:
            if isinstance(value, list):
                return [shaped(members(item), member.shape) for item in value]
            return None
        case Type.FREE:
            return free(value)


def _pair(item: JSONValue) -> JSONObject:
    pair = members(item)
    return {"key": pair.get("key"), "value": free(pair.get("value"))}


def _is_empty(value: JSONValue, member: Member) -> bool:
    if member.type in (Type.SWITCH, Type.RECORD):
        return value is None
    if isinstance(value, Number):
        return value.text == "0" and not member.keeps_zero
    if member.type is Type.FREE and member.name in ("code", "result"):
        return value is None
    return not value

"""The words of the description: places, operations, replies, and schemas that all nouns use.

Schemas are JSON Schema in the dialect of OpenAPI 3.0; ``swagger.py`` translates them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Schema: TypeAlias = dict[str, Any]
Method: TypeAlias = Literal["get", "put", "post", "delete", "patch", "head", "options"]

REFERENCE = "#/components/schemas/"
JSON = "application/json"
TEXT = "text/plain; charset=UTF-8"
EVENTS = "text/event-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A part of the path or of the query, or a header of the request."""

    name: str
    place: Literal["path", "query", "header"] = "query"
    schema: Schema
    description: str

    @property
    def required(self) -> bool:
        """Only what stands in the path is."""
        return self.place == "path"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One status that an operation answers with."""

    description: str
    schema: Schema | None = None
    """None = no body."""
    media_type: str = JSON
    headers: tuple[str, ...] = ()
    """Names of further headers, all of them text."""
    stream: bool = False
    """Whether it may also be a stream of server-sent events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method on one path."""

    method: Method
    id: str
    summary: str
    replies: Mapping[int, Reply]
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    """Besides those of the place."""
    body: Schema | None = None
    body_required: bool = True
    body_media_type: str = JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One path with its operations."""

    template: str
    tag: str
    operations: tuple[Operation, ...]
    parameters: tuple[Parameter, ...] = ()
    public: bool = False
    """Whether no key is needed."""
    slash_too: bool = False
    """Whether the same is answered with a slash at the end."""


def ref(name: str) -> Schema:
    """A schema by name."""
    return {"$ref": REFERENCE + name}


def text(description: str = "", **more: object) -> Schema:
    """A string."""
    return _typed("string", description, more)


def integer(description: str = "", **more: object) -> Schema:
    """A whole number."""
    return _typed("integer", description, more)


def boolean(description: str = "", **more: object) -> Schema:
    """True or false."""
    return _typed("boolean", description, more)


def anything(description: str) -> Schema:
    """Any JSON value, null included."""
    return {"description": description, "nullable": True}


def array(items: Schema, **more: object) -> Schema:
    """An array of one kind of element."""
    return {"type": "array", "items": items, **more}


def mapping(values: Schema, description: str = "") -> Schema:
    """An object with names of the user's choice."""
    return _typed("object", description, {"additionalProperties": values})


def record(properties: Mapping[str, Schema], *, optional: tuple[str, ...] = ()) -> Schema:
    """An object of ours; all its members are there but the optional ones."""
    required = [name for name in properties if name not in optional]
    found: Schema = {"type": "object", "properties": dict(properties)}
    if required:
        found["required"] = required
    return found


def either(*schemas: Schema) -> Schema:
    """One of several shapes; the first is the usual one, and all that Swagger 2.0 can tell."""
    return {"anyOf": list(schemas)}


def _typed(name: str, description: str, more: Mapping[str, object]) -> Schema:
    found: Schema = {"type": name, **more}
    if description:
        found["description"] = description
    return found


MILLISECONDS = integer("Milliseconds since the epoch.", format="int64")
"""A moment."""
VERSION = text("Semantic version.", pattern=r"^\d+\.\d+\.\d+$", example="0.0.1")

SCHEMAS: Mapping[str, Schema] = {
    "Error": record(
        {
            "error": text("What was wrong."),
            "code": text("Transaction id of the request, as in X-Request-ID."),
        }
    ),
    "KeyValue": record(
        {
            "key": text("Name."),
            "value": anything("Any JSON value."),
            "init": boolean("Parameters only: whether it is given at initialization."),
            "encryption": text("Parameters only: how the value is sealed.", nullable=True),
        },
        optional=("init", "encryption"),
    ),
    "Reference": record(
        {
            "path": text("Namespace, or namespace/package.", example="guest/utils"),
            "name": text("Name without namespace and package.", example="echo"),
        }
    ),
    "Count": mapping(integer(minimum=0), "The name of the collection and how much is in it."),
}

ERROR = ref("Error")
PAIRS = array(ref("KeyValue"))

NAME_PATTERN = r"^[A-Za-z0-9_]([A-Za-z0-9_@ .&-]{0,254}[A-Za-z0-9_@.&-])?$"
NAMESPACE_PATTERN = NAME_PATTERN
NAMESPACE = Parameter(
    name="namespace",
    place="path",
    schema=text(pattern=NAMESPACE_PATTERN, default="_"),
    description="A namespace; _ is the one of the presented key.",
)
OVERWRITE = Parameter(
    name="overwrite",
    schema=boolean(default=False),
    description="Whether an existing one is changed; otherwise that is a conflict.",
)
LISTING = (
    Parameter(
        name="limit",
        schema=integer(minimum=0, maximum=200, default=30),
        description="At most so many elements; 0 = the maximum.",
    ),
    Parameter(
        name="skip",
        schema=integer(minimum=0, default=0, format="int64"),
        description="Leave out so many of the newest elements.",
    ),
    Parameter(
        name="count",
        schema=boolean(default=False),
        description="Answer the number of elements instead of the elements.",
    ),
)


def name_of(what: str, name: str = "name") -> Parameter:
    """A name in the path."""
    return Parameter(
        name=name,
        place="path",
        schema=text(pattern=NAME_PATTERN),
        description=f"Name of the {what}.",
    )


_REFUSALS = {
    400: "The request is malformed, or a value is not allowed.",
    401: "No key was presented, or it is not valid.",
    403: "The key does not allow this.",
    404: "There is no such resource.",
    406: "The client takes no server-sent events.",
    409: "It exists already, is of another kind, or was changed by somebody else meanwhile.",
    413: "The request is larger than allowed.",
    415: "The request's Content-Type is not application/json.",
    422: "The package's binding refers to itself.",
    429: "Too many requests in this minute, or too many at once.",
    500: "An internal error.",
    503: "Nothing can take this request now.",
}


def refusals(*statuses: int) -> dict[int, Reply]:
    """Replies with the error body; 400, 401, 403, 404 and 500 are always among them."""
    return {
        status: Reply(description=_REFUSALS[status], schema=ERROR)
        for status in sorted({400, 401, 403, 404, 500, *statuses})
    }


def page_of(summary: str, collection: str) -> Reply:
    """The reply of a list: elements, or their number with ``count=true``."""
    return Reply(
        description=f"The newest first; with count=true the number of {collection}.",
        schema=either(array(ref(summary)), ref("Count")),
    )

"""Web actions: plain HTTP for anybody."""

from __future__ import annotations

from collections.abc import Mapping

from whisk_platform.controller.api.docs.description.vocabulary import (
    ERROR,
    NAMESPACE_PATTERN,
    Method,
    Operation,
    Parameter,
    Place,
    Reply,
    Schema,
    anything,
    name_of,
    text,
)

SCHEMAS: Mapping[str, Schema] = {}

_METHODS: tuple[Method, ...] = ("get", "put", "post", "delete", "patch", "head", "options")
_EXTENSIONS = ".json, .html, .http, .svg or .text"
_OWN = Reply(
    description="What the action made: any status, type and headers of its choice.",
    schema=anything("Whatever the action answers."),
    media_type="*/*",
    headers=("x-openwhisk-activation-id",),
)
_REFUSED = {
    202: "The action has not finished in time.",
    400: "The request, or what the action returned, cannot be used.",
    401: "The action asks for a secret or a key.",
    404: "There is no such web action.",
    413: "The request is larger than allowed.",
    429: "Too many requests of the action's owner.",
}


def _operation(method: Method) -> Operation:
    return Operation(
        method=method,
        id=f"{method}Web",
        summary="Invoke a web action.",
        description=(
            f"The name may end in {_EXTENSIONS}, which says what becomes of the result; a further"
            " path may follow and is given to the action."
        ),
        body=anything("Anything.") if method in ("put", "post", "patch") else None,
        body_required=False,
        body_media_type="*/*",
        replies={
            200: _OWN,
            **{
                status: Reply(description=description, schema=ERROR)
                for status, description in _REFUSED.items()
            },
            0: _OWN,
        },
    )


PLACES = (
    Place(
        template="/api/v1/web/{namespace}/{package}/{name}",
        tag="Web actions",
        public=True,
        parameters=(
            Parameter(
                name="namespace",
                place="path",
                schema=text(pattern=NAMESPACE_PATTERN),
                description="Namespace of the action.",
            ),
            name_of("package, or default for none", "package"),
            name_of("action, and an extension"),
        ),
        operations=tuple(map(_operation, _METHODS)),
    ),
)

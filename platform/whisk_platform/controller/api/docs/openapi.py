"""The description as an OpenAPI 3.0 document."""

from __future__ import annotations

from typing import Any

from whisk_platform.controller.api.docs.description import whole
from whisk_platform.controller.api.docs.description.vocabulary import (
    EVENTS,
    Operation,
    Parameter,
    Place,
    Reply,
)

_KEY = "apiKey"


def document() -> dict[str, Any]:
    """Render the whole description."""
    return {
        "openapi": "3.0.3",
        "info": {"title": whole.TITLE, "version": whole.VERSION},
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in whole.TAGS],
        "paths": {place.template: _path(place) for place in whole.PLACES},
        "components": {
            "schemas": whole.SCHEMAS,
            "securitySchemes": {
                _KEY: {"type": "http", "scheme": "basic", "description": "uuid and key."}
            },
        },
    }


def _path(place: Place) -> dict[str, Any]:
    item: dict[str, Any] = {each.method: _operation(each, place) for each in place.operations}
    if place.parameters:
        item["parameters"] = [_parameter(each) for each in place.parameters]
    return item


def _operation(operation: Operation, place: Place) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [place.tag],
        "security": [] if place.public else [{_KEY: []}],
        "responses": {
            str(status) if status else "default": _reply(reply)
            for status, reply in operation.replies.items()
        },
    }
    description = described(operation, place)
    if description:
        found["description"] = description
    if operation.parameters:
        found["parameters"] = [_parameter(each) for each in operation.parameters]
    if operation.body is not None:
        found["requestBody"] = {
            "required": operation.body_required,
            "content": {operation.body_media_type: {"schema": operation.body}},
        }
    return found


def described(operation: Operation, place: Place) -> str:
    """What is to be said of an operation besides its summary."""
    slash = "A slash at the end changes nothing." if place.slash_too else ""
    return " ".join(filter(None, (operation.description, slash)))


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.required,
        "description": parameter.description,
        "schema": parameter.schema,
    }


def _reply(reply: Reply) -> dict[str, Any]:
    found: dict[str, Any] = {"description": reply.description}
    if reply.headers:
        found["headers"] = {name: {"schema": {"type": "string"}} for name in reply.headers}
    if reply.schema is not None:
        found["content"] = {reply.media_type: {"schema": reply.schema}}
    if reply.stream:
        found["content"][EVENTS] = {"schema": {"type": "string"}}
    return found

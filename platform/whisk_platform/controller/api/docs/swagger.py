"""The description as a Swagger 2.0 document, which says less: one shape where there are several."""

from __future__ import annotations

from typing import Any

from whisk_platform.controller.api.docs.description import whole
from whisk_platform.controller.api.docs.description.vocabulary import (
    EVENTS,
    REFERENCE,
    Operation,
    Parameter,
    Place,
    Reply,
)
from whisk_platform.controller.api.docs.openapi import described

_KEY = "apiKey"
_DEFINITION = "#/definitions/"


def document() -> dict[str, Any]:
    """Render the whole description."""
    return {
        "swagger": "2.0",
        "info": {"title": whole.TITLE, "version": whole.VERSION},
        "basePath": "/",
        "tags": [{"name": tag} for tag in whole.TAGS],
        "paths": {place.template: _path(place) for place in whole.PLACES},
        "definitions": {name: _schema(schema) for name, schema in whole.SCHEMAS.items()},
        "securityDefinitions": {_KEY: {"type": "basic", "description": "uuid and key."}},
    }


def _path(place: Place) -> dict[str, Any]:
    item: dict[str, Any] = {each.method: _operation(each, place) for each in place.operations}
    if place.parameters:
        item["parameters"] = [_parameter(each) for each in place.parameters]
    return item


def _operation(operation: Operation, place: Place) -> dict[str, Any]:
    parameters = [_parameter(each) for each in operation.parameters]
    found: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [place.tag],
        "security": [] if place.public else [{_KEY: []}],
        "produces": _produced(operation),
        "responses": {
            str(status) if status else "default": _reply(reply)
            for status, reply in operation.replies.items()
        },
    }
    description = described(operation, place)
    if description:
        found["description"] = description
    if operation.body is not None:
        found["consumes"] = [operation.body_media_type]
        parameters.append(
            {
                "name": "body",
                "in": "body",
                "required": operation.body_required,
                "schema": _schema(operation.body),
            }
        )
    if parameters:
        found["parameters"] = parameters
    return found


def _produced(operation: Operation) -> list[str]:
    replies = operation.replies.values()
    streams = {EVENTS for reply in replies if reply.stream}
    return sorted({reply.media_type for reply in replies} | streams)


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.required,
        "description": parameter.description,
        **{name: value for name, value in _schema(parameter.schema).items() if name != "example"},
    }


def _reply(reply: Reply) -> dict[str, Any]:
    found: dict[str, Any] = {"description": reply.description}
    if reply.headers:
        found["headers"] = {name: {"type": "string"} for name in reply.headers}
    if reply.schema is not None:
        found["schema"] = _schema(reply.schema)
    return found


def _schema(value: Any) -> Any:
    """Translate a schema: references point elsewhere, and two keywords are unknown."""
    if isinstance(value, list):
        return [_schema(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "anyOf" in value:
        return _schema(value["anyOf"][0])
    found = {name: _schema(each) for name, each in value.items() if name != "nullable"}
    if value.get("nullable") is True:
        found["x-nullable"] = True
    if "$ref" in value:
        found["$ref"] = value["$ref"].replace(REFERENCE, _DEFINITION)
    return found

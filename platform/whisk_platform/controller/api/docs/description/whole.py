"""The whole description: every noun's places and schemas, in the order that people read them."""

from __future__ import annotations

from whisk_platform.controller.api.docs.description import (
    actions,
    activations,
    admin,
    docs,
    information,
    namespaces,
    packages,
    rules,
    sdk,
    triggers,
    vocabulary,
    web,
)
from whisk_platform.controller.api.docs.description.vocabulary import Place, Schema

_NOUNS = (
    namespaces,
    actions,
    packages,
    triggers,
    rules,
    activations,
    web,
    information,
    docs,
    sdk,
    admin,
)

TITLE = "OpenWhisk REST API"
VERSION = "1.0.0"
PLACES: tuple[Place, ...] = tuple(place for noun in _NOUNS for place in noun.PLACES)
SCHEMAS: dict[str, Schema] = {
    **vocabulary.SCHEMAS,
    **{name: schema for noun in _NOUNS for name, schema in noun.SCHEMAS.items()},
}
TAGS: tuple[str, ...] = tuple(dict.fromkeys(place.tag for place in PLACES))

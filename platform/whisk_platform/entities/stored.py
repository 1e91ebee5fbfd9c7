"""How entities stand in a store: our own JSON, read back without loss.

The wire's shape is another matter (``wire``). Numbers in parameters stay the text they were.
"""

from __future__ import annotations

from typing import TypeVar, overload

import msgspec

from whisk_platform.common import jsontext
from whisk_platform.common.errors import StoreError
from whisk_platform.entities.action import Action, Collection, Entity, Package, Rule, Trigger

EntityT = TypeVar("EntityT", bound=Entity)

COLLECTION_OF: dict[type[Entity], Collection] = {
    Action: Collection.ACTIONS,
    Trigger: Collection.TRIGGERS,
    Rule: Collection.RULES,
    Package: Collection.PACKAGES,
}
_encoder = msgspec.json.Encoder()
_decoders: dict[Collection, msgspec.json.Decoder[Entity]] = {
    Collection.ACTIONS: msgspec.json.Decoder(Action),
    Collection.TRIGGERS: msgspec.json.Decoder(Trigger),
    Collection.RULES: msgspec.json.Decoder(Rule),
    Collection.PACKAGES: msgspec.json.Decoder(Package),
}


class CorruptDocumentError(StoreError):
    """Resource is corrupted and cannot be read."""


def encode(entity: Entity) -> bytes:
    """The document body of an entity."""
    return _encoder.encode(entity)


@overload
def decode(body: bytes, collection: Collection, revision: int) -> Entity: ...
@overload
def decode(
    body: bytes, collection: Collection, revision: int, expected: type[EntityT]
) -> EntityT: ...
def decode(
    body: bytes, collection: Collection, revision: int, expected: type[Entity] = Entity
) -> Entity:
    """Read an entity back.

    Args:
        body: what ``encode`` made.
        collection: which of the four it is.
        revision: of the stored document.
        expected: narrows the return type; the caller has checked the collection.

    Raises:
        CorruptDocumentError: the body does not hold such an entity.
    """
    try:
        entity = jsontext.decode(_decoders[collection], body)
    except msgspec.DecodeError as error:
        raise CorruptDocumentError from error
    if not isinstance(entity, expected):
        raise CorruptDocumentError
    return msgspec.structs.replace(entity, revision=revision)

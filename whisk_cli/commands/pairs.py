"""Parameters and annotations as the API has them: arrays of ``{"key", "value"}``."""

from __future__ import annotations

from collections.abc import Iterable

from whisk_cli.jsonvalue import JSONObject, JSONValue, items, members, text_of

Pair = tuple[str, JSONValue]
"""One parameter or annotation."""


def as_json(pairs: Iterable[Pair]) -> list[JSONValue]:
    """Write pairs as the API takes them."""
    return [_written(key, value) for key, value in pairs]


def pairs_of(entity: JSONObject, member: str) -> list[Pair]:
    """Read the pairs of an entity.

    Args:
        entity: As the server sent it.
        member: ``parameters`` or ``annotations``.
    """
    listed = (members(each) for each in items(entity.get(member)))
    return [(text_of(pair.get("key")), pair.get("value")) for pair in listed]


def _written(key: str, value: JSONValue) -> JSONObject:
    return {"key": key, "value": value}

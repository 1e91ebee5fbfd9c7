"""Numbers that stand for an activation's namespace, source and template in its record."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Select, Table, insert, select

from whisk_platform.common.jsontext import JSONTextError, loads
from whisk_platform.stores.sql import templates as codec
from whisk_platform.stores.sql.schema import NOTHING, namespaces, sources, templates
from whisk_platform.stores.sql.templates import Shape

CACHED = 5_000
"""Origins kept in memory; a platform with more actions than this looks some up again."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record comes from, in numbers."""

    namespace: int
    source: int
    template: int


class Origins:
    """Finds the numbers of a shape and hands out new ones."""

    def __init__(self) -> None:
        self._known: dict[Shape, Origin] = {}
        self._new: dict[Shape, Origin] = {}

    def known(self, shape: Shape) -> Origin | None:
        """The numbers of a shape if they are committed and remembered; on any thread."""
        return self._known.get(shape)

    def enter(self, connection: Connection, shape: Shape) -> Origin:
        """The numbers of a shape, inside the open transaction; on the writer's thread."""
        origin = self._known.get(shape) or self._new.get(shape)
        if origin is None:
            origin = self._new[shape] = _enter(connection, shape)
        return origin

    def settle(self, committed: bool) -> None:
        """Learn how the transaction ended: numbers of one that failed do not exist."""
        if committed and self._new:
            if len(self._known) >= CACHED:
                self._known = {}
            self._known.update(self._new)
        self._new = {}


def package_of(annotation: bytes | None, parts: int) -> str:
    """The package in an annotation that names an entity.

    Args:
        annotation: the value of ``path`` or ``binding``, unparsed; None if there is none.
        parts: how many parts a name with a package has: ``ns/pkg/name`` 3, ``ns/binding`` 2.

    Returns:
        The second part, or ``NOTHING``.
    """
    segments = text_of(annotation).split("/")
    return segments[1] if len(segments) == parts else NOTHING


def text_of(annotation: bytes | None) -> str:
    """The text that an annotation holds, given unparsed; ``NOTHING`` if it holds none."""
    if annotation is None:
        return NOTHING
    try:
        value = loads(annotation)
    except JSONTextError:
        return NOTHING
    return value if isinstance(value, str) else NOTHING


def _enter(connection: Connection, shape: Shape) -> Origin:
    values = {key: value for key, value, _, _ in shape.annotations}
    namespace = _number(connection, namespaces, {"name": shape.namespace})
    source = _number(
        connection,
        sources,
        {
            "namespace": namespace,
            "name": shape.name,
            "package": package_of(values.get("path"), parts=3),
            "binding": package_of(values.get("binding"), parts=2),
        },
    )
    body = codec.encode(shape)
    kind = text_of(values.get("kind"))
    template = _number(connection, templates, {"digest": codec.digest(body)}, kind=kind, body=body)
    return Origin(namespace, source, template)


def _number(connection: Connection, table: Table, key: dict[str, object], **rest: object) -> int:
    """The id of the row with this key; it is made if it does not exist."""
    query: Select[int] = select(table.c.id)
    for column, value in key.items():
        query = query.where(table.c[column] == value)
    number = connection.execute(query).scalar_one_or_none()
    if number is None:
        made = connection.execute(insert(table), {**key, **rest}).inserted_primary_key
        assert made is not None, "a single row was inserted"
        number = int(made[0])
    return number

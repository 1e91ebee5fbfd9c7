"""Which records a filter means, as queries that read no further than needed.

Source: contract rest-api §2.6.5 and appendix D 12: a package matches the provider's or the
binding's; a simple name only what is in no package.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, func, select, union_all

from whisk_platform.spi.stores import ActivationFilter
from whisk_platform.stores.sql.schema import (
    NOTHING,
    AnySelect,
    namespaces,
    sources,
    templates,
)
from whisk_platform.stores.sql.schema import activations as table

REACH = 200_000
"""How many of the newest records a history is looked for in, whosever they are."""

Columns: TypeAlias = Sequence[Any]


def matching(connection: Connection, wanted: ActivationFilter) -> list[AnySelect]:
    """One query for each index range that the filter covers; none overlaps another."""
    number = number_of(connection, wanted.namespace)
    if number is None:
        return []
    if wanted.name is None:
        return [narrowed(select(table).where(table.c.namespace == number), wanted)]
    return [
        narrowed(select(table).where(table.c.source == source), wanted)
        for source in sources_of(connection, number, wanted.name)
    ]


def page(found: Sequence[AnySelect], columns: Columns, skip: int, limit: int) -> AnySelect:
    """The newest of all ranges together, each read no further than the page reaches."""
    newest = (table.c.start.desc(), table.c.sequence.desc())
    if len(found) == 1:
        query = found[0].with_only_columns(*columns)
    else:
        reach = skip + limit if limit else None
        heads = [
            select(
                each.with_only_columns(table.c.sequence).order_by(*newest).limit(reach).subquery()
            )
            for each in found
        ]
        numbers = union_all(*heads).subquery()
        query = select(*columns).join(numbers, numbers.c.sequence == table.c.sequence)
    return query.order_by(*newest).limit(limit or None).offset(skip)


def settled_between(
    connection: Connection, wanted: ActivationFilter, columns: Columns, after: int, upto: int
) -> tuple[AnySelect | None, bool]:
    """The records handed over in a range of positions, in no order yet.

    Records are written in the order of their positions, so the range is found by halving, without
    an index on positions that every write would have to keep.

    Returns:
        The query, None when there can be nothing; and whether it goes back as far as asked.
    """
    number = number_of(connection, wanted.namespace)
    newest = connection.execute(select(func.max(table.c.sequence))).scalar_one_or_none()
    if number is None or newest is None:
        return None, True
    lowest = max(0, newest - REACH)
    floor = _last_upto(connection, after, lowest, newest)
    # The sums keep the engine from going through a namespace's whole index and sorting it.
    query = select(*columns).where(
        table.c.sequence > floor,
        table.c.namespace + 0 == number,
        table.c.settled > after,
        table.c.settled <= upto,
    )
    if wanted.name is not None:
        query = query.where((table.c.source + 0).in_(sources_of(connection, number, wanted.name)))
    return narrowed(query, wanted), floor > lowest or lowest == 0


def _last_upto(connection: Connection, position: int, low: int, high: int) -> int:
    """The greatest sequence in (low, high] at or before a position, ``low`` if there is none."""
    while low < high:
        middle = (low + high + 1) // 2
        query = (
            select(table.c.sequence, table.c.settled)
            .where(table.c.sequence >= middle)
            .order_by(table.c.sequence)
            .limit(1)
        )
        found = connection.execute(query).one_or_none()
        if found is None or found.settled > position:
            high = middle - 1
        else:
            low = int(found.sequence)
    return low


def number_of(connection: Connection, namespace: str) -> int | None:
    """The number of a namespace; None if it has no records."""
    query = select(namespaces.c.id).where(namespaces.c.name == namespace)
    number: int | None = connection.execute(query).scalar_one_or_none()
    return number


def sources_of(connection: Connection, namespace: int, name: str) -> Sequence[int]:
    """The numbers of what a name means in a namespace.

    Args:
        connection: to read with.
        namespace: its number.
        name: ``name`` or ``pkg/name``.
    """
    package, _, simple = name.rpartition("/")
    query = select(sources.c.id).where(sources.c.namespace == namespace, sources.c.name == simple)
    if package:
        query = query.where((sources.c.package == package) | (sources.c.binding == package))
    else:
        query = query.where(sources.c.package == NOTHING, sources.c.binding == NOTHING)
    return connection.execute(query).scalars().all()


def narrowed(query: AnySelect, wanted: ActivationFilter) -> AnySelect:
    """The part of a range that the other filters leave."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        conditions.append(table.c.start >= wanted.since)
    if wanted.upto is not None:
        conditions.append(table.c.start <= wanted.upto)
    if wanted.statuses is not None:
        conditions.append(table.c.status.in_([int(status) for status in wanted.statuses]))
    if wanted.kinds is not None:
        of_kind = select(templates.c.id).where(templates.c.kind.in_(sorted(wanted.kinds)))
        conditions.append(table.c.template.in_(of_kind))
    if wanted.min_duration is not None:
        # A duration of its own is stored only where it is not the time between start and end.
        duration = func.coalesce(table.c.duration, table.c.elapsed)
        conditions.append(duration >= wanted.min_duration)
    return query.where(*conditions) if conditions else query

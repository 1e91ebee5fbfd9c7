"""Whatever is asked for goes through an index, and nothing but a page is ever sorted."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from tests import postgres
from tests.conformance.stores.samples import START, activation, document
from whisk_platform.entities.action import Collection
from whisk_platform.entities.activation import StatusCode
from whisk_platform.spi.stores import ActivationFilter
from whisk_platform.stores.sql.postgres.provider import PostgresStores

FILTERS: dict[str, Any] = {
    "name": "a",
    "since": START,
    "upto": START + 1_000,
    "statuses": frozenset((StatusCode.SUCCESS, StatusCode.INTERNAL_ERROR)),
    "kinds": frozenset(("python:3.11", "sequence")),
    "min_duration": 5,
}
SMALL = ("templates", "namespaces", "sources", "usage")
"""Tables with few rows, which the server may rather read whole."""


@contextmanager
def _statements() -> Iterator[list[tuple[str, Any]]]:
    seen: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        seen.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _plan(dsn: str, statements: list[tuple[str, Any]]) -> list[str]:
    """The nodes of all plans, made as for tables that are too large to be read or sorted."""
    lines: list[str] = []
    with postgres.engine(dsn).connect() as connection:
        connection.exec_driver_sql("SET enable_seqscan = off")
        connection.exec_driver_sql("SET enable_bitmapscan = off")
        connection.exec_driver_sql("SET enable_sort = off")
        for statement, values in statements:
            if statement.startswith("SELECT"):
                lines += connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars()
    return lines


def _offences(lines: list[str]) -> list[str]:
    return [
        line.strip()
        for line in lines
        if ("Seq Scan" in line and not any(f" on {name}" in line for name in SMALL))
        or line.strip(" ->").startswith("Sort  (")
    ]


async def test_every_combination_of_filters_goes_through_an_index(
    stores: PostgresStores, dsn: str
) -> None:
    for number in range(50):
        stores.activations.store(activation("a", start=START + number))
    await stores.activations.flush()
    with _statements() as seen:
        for chosen in itertools.product((False, True), repeat=len(FILTERS)):
            filters = {name: FILTERS[name] for name in itertools.compress(FILTERS, chosen)}
            wanted = ActivationFilter(namespace="guest", **filters)
            await stores.activations.list(wanted, skip=5, limit=30, docs=False)
            await stores.activations.list(wanted, skip=0, limit=0, docs=True)
            await stores.activations.count(wanted)
    assert len(seen) > 64 * 3
    assert _offences(_plan(dsn, seen)) == []


async def test_a_count_reads_nothing_but_an_index(stores: PostgresStores, dsn: str) -> None:
    stores.activations.store(activation("a"))
    await stores.activations.flush()
    with _statements() as seen:
        for name in (None, "a"):
            for status in (None, frozenset((StatusCode.SUCCESS,))):
                wanted = ActivationFilter(
                    namespace="guest", name=name, statuses=status, since=START, min_duration=3
                )
                await stores.activations.count(wanted)
    counts = [each for each in seen if "count(*)" in each[0]]
    assert len(counts) == 4
    scans = [line for line in _plan(dsn, counts) if " on activations" in line]
    assert scans
    assert [line for line in scans if "Index Only Scan" not in line] == []


async def test_a_history_and_a_record_go_through_an_index(stores: PostgresStores, dsn: str) -> None:
    record = activation("a")
    for each in (record, activation("a", path="guest/p/a"), activation("a", path="x/p/a")):
        stores.activations.store(each)
    await stores.activations.flush()
    with _statements() as seen:
        for name in (None, "a", "p/a"):
            wanted = ActivationFilter(namespace="guest", name=name)
            await stores.activations.history(wanted, after=1, upto=1 << 60, limit=100)
            await stores.activations.beginning(wanted, after=1, upto=1 << 60, most=100)
        await stores.activations.get("guest", record.activation_id)
    assert _offences(_plan(dsn, seen)) == []


async def test_a_record_is_looked_for_in_its_day_alone(stores: PostgresStores, dsn: str) -> None:
    record = activation("a")
    stores.activations.store(record)
    await stores.activations.flush()
    with _statements() as seen:
        await stores.activations.get("guest", record.activation_id)
    scans = [line for line in _plan(dsn, seen[:1]) if " on activations" in line]
    assert len(scans) == 1, scans


async def test_lists_of_entities_go_through_an_index(stores: PostgresStores, dsn: str) -> None:
    await stores.artifacts.put(document("a", attachment=b"code"))
    with _statements() as seen:
        for package in (None, "p"):
            await stores.artifacts.list(Collection.ACTIONS, "guest", package=package, limit=30)
            await stores.artifacts.count(Collection.ACTIONS, "guest", package=package)
        await stores.artifacts.list(Collection.PACKAGES, "guest", public_only=True)
        await stores.artifacts.get(document("a").fqn)
        await stores.subjects.by_key("u", "k")
        await stores.subjects.by_namespace("n")
    assert not any("attachments" in statement for statement, _ in seen)
    assert _offences(_plan(dsn, seen)) == []

"""What the store may cost: deterministic counters, never times (performance.md 15, 16)."""

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.conformance.stores.samples import START, activation, document, entry
from tests.waiting import eventually
from whisk_platform.common.counters import COUNTERS
from whisk_platform.common.errors import StoreError
from whisk_platform.entities.action import Collection
from whisk_platform.entities.activation import StatusCode
from whisk_platform.spi.stores import ActivationFilter
from whisk_platform.stores.sql.engine import reading_engine
from whisk_platform.stores.sql.provider import SqliteStores
from whisk_platform.stores.sql.schema import metadata
from whisk_platform.stores.sql.settings import RetentionSettings, SqliteSettings
from whisk_platform.stores.sql.spill import SPILL_FILE


@contextmanager
def _statements() -> Iterator[list[tuple[str, Any]]]:
    """Every statement that any engine executes meanwhile, with its values."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        seen.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _size(directory: Path) -> int:
    files = [path for path in directory.iterdir() if path.name != SPILL_FILE]
    return sum(path.stat().st_size for path in files)


def _plans(directory: Path, statements: list[tuple[str, Any]]) -> list[str]:
    with reading_engine(directory).connect() as connection:
        return [
            row[3]
            for statement, values in statements
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]


async def test_a_small_record_takes_less_than_250_bytes(directory: Path) -> None:
    stores = SqliteStores(SqliteSettings(directory=directory))
    await stores.open()
    for number in range(10_000):
        stores.activations.store(
            activation(f"a{number % 50}", start=START + number, wait=number % 9)
        )
    await stores.close()
    assert _size(directory) / 10_000 <= 250


async def test_records_under_load_share_transactions(stores: SqliteStores) -> None:
    """At most 0.05 transactions for each activation."""
    before = COUNTERS.snapshot()
    for number in range(5_000):
        stores.activations.store(activation(f"a{number % 50}"))
        if number % 50 == 0:
            await asyncio.sleep(0)
    await stores.activations.flush()
    counted = COUNTERS.since(before)
    assert counted.db_transactions <= 5_000 * 0.05
    assert counted.db_reads == 0


async def test_a_record_that_nobody_waits_for_is_not_counted_as_waited_for(
    stores: SqliteStores,
) -> None:
    before = COUNTERS.snapshot()
    stores.activations.store(activation())
    assert COUNTERS.since(before).db_writes_before_reply == 0
    await stores.activations.accept(entry())
    assert COUNTERS.since(before).db_writes_before_reply == 1


async def test_every_list_goes_through_an_index(stores: SqliteStores, directory: Path) -> None:
    """No statement of a list scans a table or sorts more than the page."""
    for number in range(50):
        bound = "guest/b" if number % 2 else None
        stores.activations.store(activation("a", path="x/p/a", binding=bound))
        await stores.artifacts.put(document(f"d{number}", package="p" if number % 2 else None))
    await stores.activations.flush()
    with _statements() as seen:
        for name in (None, "a", "p/a"):
            wanted = ActivationFilter(namespace="guest", name=name, since=START)
            await stores.activations.list(wanted, skip=3, limit=30, docs=True)
            await stores.activations.count(wanted)
        for package in (None, "p"):
            await stores.artifacts.list(Collection.ACTIONS, "guest", package=package, limit=30)
            await stores.artifacts.count(Collection.ACTIONS, "guest", package=package)
        await stores.artifacts.list(Collection.PACKAGES, "guest", public_only=True)
    plans = _plans(directory, seen)
    scans = [plan for plan in plans if plan.startswith("SCAN")]
    assert [plan for plan in scans if plan.split()[1] in metadata.tables] == []
    # The several ranges of a packaged name are merged: the one sort is of the page alone.
    assert len([plan for plan in plans if "TEMP B-TREE" in plan]) <= 1


async def test_a_filter_is_decided_in_the_index(stores: SqliteStores, directory: Path) -> None:
    """Records that a filter leaves out are not read, and nothing is sorted."""
    for number in range(50):
        stores.activations.store(activation("a", start=START + number % 7))
    await stores.activations.flush()
    with _statements() as seen:
        for name in (None, "a"):
            for filters in (
                {"statuses": frozenset((StatusCode.INTERNAL_ERROR,))},
                {"kinds": frozenset(("php:8",))},
                {"min_duration": 100},
            ):
                wanted = ActivationFilter(namespace="guest", name=name, **filters)
                assert await stores.activations.count(wanted) == 0
                assert await stores.activations.list(wanted, skip=0, limit=30, docs=False) == []
    plans = _plans(directory, seen)
    assert [plan for plan in plans if plan.startswith("SCAN") or "TEMP B-TREE" in plan] == []
    counts = [(text, values) for text, values in seen if "count(*)" in text]
    covered = [plan for plan in _plans(directory, counts) if "activations_by_" in plan]
    assert len(covered) == len(counts) == 6
    assert [plan for plan in covered if "USING COVERING INDEX" not in plan] == []


async def test_a_history_reads_what_is_new_and_little_more(
    stores: SqliteStores, directory: Path
) -> None:
    """The place to begin is found by halving, and nothing is sorted."""
    positions = [stores.activations.store(activation(start=START + n)) for n in range(3_000)]
    await stores.activations.flush()
    wanted = ActivationFilter(namespace="guest")
    with _statements() as seen:
        history = await stores.activations.history(
            wanted, after=positions[-11], upto=positions[-1], limit=100
        )
    assert [settled.position for settled in history] == positions[-10:]
    assert len(seen) <= 20
    plans = _plans(directory, seen)
    assert [plan for plan in plans if "TEMP B-TREE" in plan] == []
    tables = [plan for plan in plans if plan.split()[1] == "activations"]
    allowed = ("SEARCH activations USING INTEGER PRIMARY KEY", "SEARCH activations")
    assert [plan for plan in tables if not plan.startswith(allowed)] == []
    assert [plan for plan in tables if "activations_by_" in plan] == []


async def test_a_list_of_actions_never_touches_the_code(stores: SqliteStores) -> None:
    await stores.artifacts.put(document("a", attachment=b"code"))
    with _statements() as seen:
        await stores.artifacts.list(Collection.ACTIONS, "guest")
    assert len(seen) == 1
    assert "attachments" not in seen[0][0]


@pytest.mark.parametrize("bounds", [{"queue_records": 10}, {"queue_bytes": 20_000}])
async def test_a_full_queue_refuses_work_and_drops_nothing(
    directory: Path, bounds: dict[str, int]
) -> None:
    settings = SqliteSettings(directory=directory, spill_bytes=0, **bounds)  # type: ignore[arg-type]
    stores = SqliteStores(settings)
    await stores.open()
    for _ in range(30):
        stores.activations.store(activation(result=b'"' + b"x" * 2_000 + b'"'))
    assert not stores.activations.has_room()
    with pytest.raises(StoreError) as caught:
        await stores.activations.accept(entry())
    assert (caught.value.status, caught.value.message) == (
        503,
        "Too many activation records wait to be written. Repeat the request a little later.",
    )
    await stores.activations.flush()
    assert stores.activations.has_room()
    await stores.activations.accept(entry())
    assert await stores.activations.count(ActivationFilter(namespace="guest")) == 30
    await stores.close()


_FILTERS: dict[str, Any] = {
    "name": "a",
    "since": START,
    "upto": START + 1_000,
    "statuses": frozenset((StatusCode.SUCCESS, StatusCode.INTERNAL_ERROR)),
    "kinds": frozenset(("python:3.11", "sequence")),
    "min_duration": 5,
}


async def test_every_combination_of_filters_goes_through_an_index(
    stores: SqliteStores, directory: Path
) -> None:
    """Nothing is scanned and nothing sorted, whatever is asked for together."""
    for number in range(50):
        stores.activations.store(activation("a", start=START + number))
    await stores.activations.flush()
    with _statements() as seen:
        for chosen in itertools.product((False, True), repeat=len(_FILTERS)):
            filters = {name: _FILTERS[name] for name in itertools.compress(_FILTERS, chosen)}
            wanted = ActivationFilter(namespace="guest", **filters)
            await stores.activations.list(wanted, skip=5, limit=30, docs=False)
            await stores.activations.list(wanted, skip=0, limit=0, docs=True)
            await stores.activations.count(wanted)
    plans = set(_plans(directory, seen))
    assert [plan for plan in plans if plan.startswith("SCAN") or "TEMP B-TREE" in plan] == []


async def test_what_retention_looks_for_lies_at_the_head_of_an_index(directory: Path) -> None:
    bounds = RetentionSettings(
        age_ms=1, records=90, bytes=9_000, namespace_records=80, namespace_bytes=8_000, every_s=0.01
    )
    stores = SqliteStores(SqliteSettings(directory=directory))
    await stores.open()
    for number in range(100):
        stores.activations.store(activation("a", start=START + number))
    await stores.close()
    stores = SqliteStores(SqliteSettings(directory=directory, retention=bounds))
    with _statements() as seen:
        await stores.open()
        await eventually(lambda: stores.usage.total().records == 0, "everything to be too old")
    await stores.close()
    queries = [(text, values) for text, values in seen if text.startswith("SELECT")]
    plans = {plan for plan in _plans(directory, queries) if "activations" in plan}
    assert [plan for plan in plans if "TEMP B-TREE" in plan] == []
    # Of the whole table only the first rows are read, in its own order.
    assert [plan for plan in plans if plan.startswith("SCAN") and "INDEX" in plan] == []

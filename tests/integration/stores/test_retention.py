"""Retention: what is beyond a bound goes, the oldest first, and nobody who writes notices."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.conformance.stores.samples import activation, document, entry
from tests.waiting import eventually
from whisk_platform.common.metrics import Family
from whisk_platform.entities.activation import Activation
from whisk_platform.spi.stores import ActivationFilter
from whisk_platform.stores.sql.engine import DATABASE_FILE
from whisk_platform.stores.sql.provider import SqliteStores
from whisk_platform.stores.sql.settings import KEEP_ALL, RetentionSettings, SqliteSettings

GUEST = ActivationFilter(namespace="guest")
OTHER = ActivationFilter(namespace="other")
DAY_MS = 86_400_000


def _bounds(**bounds: int) -> RetentionSettings:
    none = {name: 0 for name in ("age_ms", "records", "bytes", "namespace_records")}
    return RetentionSettings(**{**none, "namespace_bytes": 0, **bounds}, every_s=0.01)


@asynccontextmanager
async def _opened(directory: Path, retention: RetentionSettings) -> AsyncIterator[SqliteStores]:
    stores = SqliteStores(SqliteSettings(directory=directory, retention=retention))
    await stores.open()
    try:
        yield stores
    finally:
        await stores.close()


async def _filled(
    directory: Path, count: int, make: Callable[[int], Activation]
) -> list[Activation]:
    async with _opened(directory, KEEP_ALL) as stores:
        made = [make(number) for number in range(count)]
        for record in made:
            stores.activations.store(record)
    return made


async def _counts(stores: SqliteStores, wanted: ActivationFilter, count: int) -> None:
    async def reached() -> bool:
        return await stores.activations.count(wanted) == count

    await eventually(reached, f"{count} records to be left")


async def _deleted(stores: SqliteStores, bound: str) -> float:
    for family in stores.metrics():
        if isinstance(family, Family) and family.name == "whisk_records_deleted":
            return sum(count for labels, count in family.values if labels["bound"] == bound)
    raise AssertionError("no such metric")


async def test_old_records_go_and_young_ones_stay(directory: Path) -> None:
    now = int(time.time() * 1000)
    made = await _filled(
        directory, 1_500, lambda n: activation(start=now - (2 * DAY_MS if n < 1_200 else 0))
    )
    async with _opened(directory, _bounds(age_ms=DAY_MS)) as stores:
        await _counts(stores, GUEST, 300)
        assert await stores.activations.get("guest", made[0].activation_id) is None
        assert await stores.activations.get("guest", made[-1].activation_id) is not None
        assert await _deleted(stores, "age") == 1_200


@pytest.mark.parametrize(
    ("bounds", "bound"),
    [({"namespace_records": 700}, "namespace"), ({"records": 1_200}, "total")],
)
async def test_a_number_of_records_is_kept_and_those_are_the_newest(
    directory: Path, bounds: dict[str, int], bound: str
) -> None:
    """A namespace with few keeps them when only another one's are too many."""
    made = await _filled(
        directory, 1_500, lambda n: activation(namespace="other" if n >= 1_000 else "guest")
    )
    left = 700
    async with _opened(directory, _bounds(**bounds)) as stores:
        await _counts(stores, GUEST, left)
        await _counts(stores, OTHER, 500)
        newest = {each.activation_id for each in made[1_000 - left : 1_000]}
        found = await stores.activations.list(GUEST, skip=0, limit=0, docs=False)
        assert {each.activation_id for each in found} == newest
        assert await _deleted(stores, bound) == 300


async def test_a_size_is_kept(directory: Path) -> None:
    big = b'"' + b"x" * 9_800 + b'"'
    await _filled(directory, 1_000, lambda _: activation(result=big))
    async with _opened(directory, _bounds(namespace_bytes=2_000_000)) as stores:
        await eventually(
            lambda: stores.usage.total().bytes <= 2_000_000, "the namespace to be within its size"
        )
        assert 150 <= await stores.activations.count(GUEST) <= 200


async def test_what_the_records_take_is_known_without_counting_after_a_restart(
    directory: Path,
) -> None:
    await _filled(directory, 300, lambda n: activation(namespace="other" if n % 3 else "guest"))
    async with _opened(directory, _bounds(namespace_records=150)) as stores:
        await _counts(stores, OTHER, 150)
    async with _opened(directory, KEEP_ALL) as stores:
        used = stores.usage.of_namespaces()
        assert sorted(use.records for use in used.values()) == [100, 150]
        kept = await stores.activations.list(OTHER, skip=0, limit=0, docs=True)
        assert len(kept) == 150


async def test_under_load_no_write_fails_and_the_file_stays_within_its_bound(
    directory: Path,
) -> None:
    """Ten times as much is written as may stay; pages of what went are filled again."""
    keep, rounds, each = 2_000, 40, 500
    most_bytes = 0
    async with _opened(directory, _bounds(records=keep)) as stores:
        for number in range(rounds):
            for _ in range(each):
                stores.activations.store(activation(result=b'"' + b"x" * 500 + b'"'))
            await asyncio.gather(
                stores.activations.accept(entry()),
                stores.artifacts.put(document(f"d{number}")),
                stores.activations.flush(),
            )
            await eventually(
                lambda: stores.usage.total().records <= keep,
                "the records to be within their bound",
            )
            most_bytes = max(most_bytes, (directory / DATABASE_FILE).stat().st_size)
        await _counts(stores, GUEST, keep)
        assert len(await stores.activations.pending()) == rounds
    written = rounds * each * 700
    assert most_bytes < written / 3


async def test_space_that_nobody_will_soon_fill_is_given_back(directory: Path) -> None:
    big = b'"' + b"x" * 50_000 + b'"'
    await _filled(directory, 1_000, lambda _: activation(result=big))
    file = directory / DATABASE_FILE
    before = file.stat().st_size
    async with _opened(directory, _bounds(records=10)) as stores:
        await _counts(stores, GUEST, 10)

        async def spare() -> bool:
            with sqlite3.connect(file) as connection:
                (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.close()
            return int(pages) * 4_096 < before / 2

        await eventually(spare, "the file to become smaller")
    assert file.stat().st_size < before / 2


async def test_metrics_tell_what_there_is_and_how_old(directory: Path) -> None:
    start = int(time.time() * 1000) - 3_600_000
    await _filled(directory, 20, lambda n: activation(start=start + n))
    async with _opened(directory, _bounds(age_ms=DAY_MS)) as stores:

        def told() -> dict[str, float]:
            return {
                family.name: family.values[0][1]
                for family in stores.metrics()
                if isinstance(family, Family) and family.values
            }

        await eventually(lambda: "whisk_records_oldest_seconds" in told(), "a first look")
        assert told()["whisk_records"] == 20
        assert told()["whisk_records_bytes"] >= 20 * 165
        assert 3_600 <= told()["whisk_records_oldest_seconds"] < 4_000
        assert told()["whisk_store_file_bytes"] >= 4_096

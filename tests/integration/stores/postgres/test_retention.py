"""Old days go whole, bounds of namespaces are kept, and the sums stay true."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from tests import postgres
from tests.conformance.stores.samples import START, activation
from tests.waiting import eventually
from whisk_platform.common.clock import SystemClock
from whisk_platform.common.ids import ActivationId
from whisk_platform.entities.activation import Activation
from whisk_platform.spi.stores import ActivationFilter
from whisk_platform.stores.sql.postgres import partitions
from whisk_platform.stores.sql.postgres.partitions import DAY_MS, day_of
from whisk_platform.stores.sql.postgres.provider import PostgresStores
from whisk_platform.stores.sql.settings import RetentionSettings
from whisk_platform.stores.sql.usage import Use

GUEST = ActivationFilter(namespace="guest")
NEVER_BY_ITSELF: dict[str, Any] = {"every_s": 3_600.0}


def _keeping(**bounds: Any) -> RetentionSettings:
    nothing = dict.fromkeys(("age_ms", "records", "bytes", "namespace_records", "namespace_bytes"))
    return RetentionSettings(**{name: 0 for name in nothing} | NEVER_BY_ITSELF | bounds)


class Opened:
    """Opens stores with bounds, and closes them at the end."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self._stores: list[PostgresStores] = []

    async def __call__(self, **bounds: Any) -> PostgresStores:
        settings = postgres.settings(self.dsn, retention=_keeping(**bounds))
        self._stores.append(PostgresStores(settings))
        await self._stores[-1].open()
        return self._stores[-1]

    async def close(self) -> None:
        for stores in self._stores:
            await stores.close()


@pytest.fixture
async def opened(dsn: str) -> AsyncIterator[Opened]:
    made = Opened(dsn)
    yield made
    await made.close()


def _aged(days: int, number: int = 0, *, namespace: str = "guest", size: int = 2) -> Activation:
    """A record of so many days ago."""
    ms = SystemClock().now_ms() - days * DAY_MS + number
    name = ActivationId(f"{ms:012x}{number:020x}")
    result = b'"' + b"x" * (size - 2) + b'"'
    return activation(namespace=namespace, activation_id=name, start=ms, result=result)


async def _store(stores: PostgresStores, *records: Activation) -> None:
    for record in records:
        stores.activations.store(record)
    await stores.activations.flush()


def _make_days(dsn: str, days_ago: int) -> None:
    """What a platform that has run for so long has."""
    with postgres.engine(dsn).begin() as connection:
        partitions.make(connection, day_of(SystemClock().now_ms()) - days_ago)


def _partitions(dsn: str) -> list[int]:
    """Days before today (negative) and after it that have a partition."""
    today = day_of(SystemClock().now_ms())
    with postgres.engine(dsn).connect() as connection:
        return [day - today for day in partitions.days(connection)]


def _others(dsn: str) -> int:
    with postgres.engine(dsn).connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM activations_other")).scalar_one())


async def test_days_have_their_partitions_beforehand(opened: Opened) -> None:
    stores = await opened()
    assert _partitions(opened.dsn) == list(range(partitions.AHEAD + 1))
    await _store(stores, _aged(0))
    assert _others(opened.dsn) == 0


async def test_records_that_came_before_their_partition_move_into_it(opened: Opened) -> None:
    stores = await opened()
    records = [_aged(-9, number) for number in range(10)]
    await _store(stores, *records)
    assert _others(opened.dsn) == 10
    _make_days(opened.dsn, -9)
    assert _others(opened.dsn) == 0
    assert await stores.activations.count(GUEST) == 10
    assert await stores.activations.get("guest", records[3].activation_id) is not None


async def test_days_that_are_too_old_go_whole(opened: Opened) -> None:
    _make_days(opened.dsn, 9)
    stores = await opened(age_ms=7 * DAY_MS)
    await _store(stores, *(_aged(days, number) for days in range(10) for number in range(5)))
    await stores.retention.sweep()
    assert _partitions(opened.dsn)[0] >= -7
    assert stores.retention.deleted["age"] == 10
    assert await stores.activations.count(GUEST) == 40
    assert stores.retention.total.records == 40
    assert stores.retention.oldest_ms is not None


async def test_old_records_with_other_ids_go_as_well(opened: Opened) -> None:
    stores = await opened(age_ms=7 * DAY_MS)
    now = SystemClock().now_ms()
    for number in range(1_200):
        old = number < 1_100
        name = ActivationId(f"{0xF000_0000_0000 + number:012x}" + "0" * 20)
        start = START if old else now
        stores.activations.store(activation(activation_id=name, start=start))
    await stores.activations.flush()
    await stores.retention.sweep()
    assert await stores.activations.count(GUEST) == 100
    assert stores.retention.total.records == 100
    assert stores.retention.deleted["age"] == 1_100


async def test_a_namespace_keeps_its_newest_records(opened: Opened) -> None:
    stores = await opened(namespace_records=30)
    await _store(stores, *(_aged(0, number) for number in range(1_000)))
    await _store(stores, *(_aged(0, 5_000 + n, namespace="other") for n in range(20)))
    await stores.retention.sweep()
    left = await stores.activations.list(GUEST, skip=0, limit=0, docs=False)
    assert [int(record.activation_id[12:], 16) for record in left] == list(range(999, 969, -1))
    assert await stores.activations.count(ActivationFilter(namespace="other")) == 20


async def test_a_namespace_keeps_to_its_bytes(opened: Opened) -> None:
    stores = await opened(namespace_bytes=100_000)
    await _store(stores, *(_aged(0, number, size=5_000) for number in range(60)))
    await stores.retention.sweep()
    left = await stores.activations.count(GUEST)
    assert 15 <= left <= 20
    assert stores.retention.total.bytes <= 100_000


async def test_all_together_keep_to_the_total_whole_days_first(opened: Opened) -> None:
    _make_days(opened.dsn, 3)
    stores = await opened(records=25)
    await _store(stores, *(_aged(days, number) for days in range(4) for number in range(10)))
    await stores.retention.sweep()
    assert stores.retention.total.records == 25
    assert _partitions(opened.dsn)[0] == -2
    left = await stores.activations.list(GUEST, skip=0, limit=0, docs=False)
    assert len(left) == 25


async def test_the_sums_are_what_is_there(opened: Opened) -> None:
    _make_days(opened.dsn, 2)
    stores = await opened(namespace_records=17)
    await _store(stores, *(_aged(n % 3, n, size=10 + n) for n in range(90)))
    await _store(stores, *(_aged(n % 3, 500 + n, namespace="other", size=9) for n in range(10)))
    await stores.retention.sweep()
    query = text(
        "SELECT count(*), sum(165 + coalesce(length(result), 0) + coalesce(length(logs), 0)"
        " + coalesce(length(details), 0)) FROM activations"
    )
    with postgres.engine(opened.dsn).connect() as connection:
        there = Use(*map(int, connection.execute(query).one()))
    assert there.records == 27
    assert stores.retention.total == there


async def test_two_who_sweep_at_once_do_no_harm(opened: Opened) -> None:
    one, two = (
        await opened(namespace_records=10, every_s=0.01),
        await opened(namespace_records=10, every_s=0.01),
    )
    for number in range(500):
        (one, two)[number % 2].activations.store(_aged(0, number))

    async def kept() -> bool:
        await one.activations.flush()
        await two.activations.flush()
        return await one.activations.count(GUEST) == 10

    await eventually(kept, "both to delete what is too much")
    assert one.retention.deleted.total() + two.retention.deleted.total() == 490


async def test_metrics_tell_how_things_stand(opened: Opened) -> None:
    stores = await opened(namespace_records=10)
    await _store(stores, *(_aged(0, number) for number in range(50)))
    await stores.retention.sweep()
    told = {family.name: [*family.values] for family in stores.metrics()}
    assert told["whisk_records"] == [({}, 10)]
    assert ({"bound": "namespace"}, 40) in told["whisk_records_deleted"]
    assert told["whisk_records_waiting"] == [({}, 0)]

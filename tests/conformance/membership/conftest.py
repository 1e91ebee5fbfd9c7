"""Each claim here is made of every implementation."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tests import postgres
from whisk_platform.common.clock import SystemClock
from whisk_platform.spi.membership import AcceptedWork, Membership
from whisk_platform.stores.membership import MemoryAcceptedWork, MemoryMembership
from whisk_platform.stores.sql.postgres.provider import PostgresStores


@dataclass(frozen=True)
class Cluster:
    membership: Membership
    accepted: AcceptedWork


@pytest.fixture(params=["memory", "postgres"])
def dsn(request: pytest.FixtureRequest) -> str | None:
    if request.param == "memory":
        return None
    databases: postgres.Databases = request.getfixturevalue("databases")
    return databases.new()


@pytest.fixture
async def cluster(dsn: str | None) -> AsyncIterator[Cluster]:
    if dsn is None:
        yield Cluster(MemoryMembership(SystemClock()), MemoryAcceptedWork())
        return
    stores = PostgresStores(postgres.settings(dsn))
    await stores.open()
    yield Cluster(stores.membership, stores.accepted)
    await stores.close()


@pytest.fixture
def membership(cluster: Cluster) -> Membership:
    return cluster.membership


@pytest.fixture
def accepted(cluster: Cluster) -> AcceptedWork:
    return cluster.accepted

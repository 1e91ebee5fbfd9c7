"""Each claim here is made of every implementation."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import postgres
from whisk_platform.spi.stores import Stores
from whisk_platform.stores.memory import MemoryStores
from whisk_platform.stores.sql import provider
from whisk_platform.stores.sql.postgres.provider import PostgresStores
from whisk_platform.stores.sql.settings import SqliteSettings


@pytest.fixture(params=["sqlite", "memory", "postgres"])
def unopened(request: pytest.FixtureRequest, tmp_path: Path) -> Stores:
    if request.param == "sqlite":
        return provider.provide(SqliteSettings(directory=tmp_path / "state"))
    if request.param == "postgres":
        databases: postgres.Databases = request.getfixturevalue("databases")
        return PostgresStores(postgres.settings(databases.new()))
    return MemoryStores()


@pytest.fixture
async def stores(unopened: Stores) -> AsyncIterator[Stores]:
    await unopened.open()
    yield unopened
    await unopened.close()

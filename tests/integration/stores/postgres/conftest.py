"""A PostgreSQL store over a database of its own."""

from collections.abc import AsyncIterator

import pytest

from tests import postgres
from whisk_platform.stores.sql.postgres.provider import PostgresStores


@pytest.fixture
def dsn(databases: postgres.Databases) -> str:
    return databases.new()


@pytest.fixture
async def stores(dsn: str) -> AsyncIterator[PostgresStores]:
    made = PostgresStores(postgres.settings(dsn, owner="one"))
    await made.open()
    yield made
    await made.close()


@pytest.fixture
async def others(dsn: str) -> AsyncIterator[PostgresStores]:
    """The store of another process of the same deployment."""
    made = PostgresStores(postgres.settings(dsn, owner="two"))
    await made.open()
    yield made
    await made.close()

"""A SQLite store in a directory of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from whisk_platform.stores.sql.provider import SqliteStores
from whisk_platform.stores.sql.settings import SqliteSettings


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
async def stores(directory: Path) -> AsyncIterator[SqliteStores]:
    made = SqliteStores(SqliteSettings(directory=directory))
    await made.open()
    yield made
    await made.close()

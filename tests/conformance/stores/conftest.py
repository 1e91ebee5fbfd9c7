"""Each claim here is made of every implementation."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from whisk_platform.spi.stores import Stores
from whisk_platform.stores.memory import MemoryStores
from whisk_platform.stores.sql.provider import provide
from whisk_platform.stores.sql.settings import SqliteSettings


@pytest.fixture(params=["sqlite", "memory"])
async def stores(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stores]:
    made: Stores = MemoryStores()
    if request.param == "sqlite":
        made = provide(SqliteSettings(directory=tmp_path / "state"))
    await made.open()
    yield made
    await made.close()

"""A store that cannot write says so instead of waiting."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from whisk_platform.common.errors import StoreError
from whisk_platform.stores.sql.engine import DATABASE_FILE
from whisk_platform.stores.sql.provider import SqliteStores
from whisk_platform.stores.sql.settings import SqliteSettings


async def test_a_store_that_is_closed_cannot_write(tmp_path: Path) -> None:
    stores = SqliteStores(SqliteSettings(directory=tmp_path))
    await stores.open()
    await stores.close()
    with pytest.raises(StoreError):
        await stores.check_writable()


async def test_a_database_that_somebody_else_has_locked_cannot_be_written(tmp_path: Path) -> None:
    """The writer gives up after the engine's own patience, with a sentence."""
    stores = SqliteStores(SqliteSettings(directory=tmp_path))
    await stores.open()
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError):
            await stores.check_writable()
        other.execute("ROLLBACK")
    await stores.check_writable()
    await stores.close()

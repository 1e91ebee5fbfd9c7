"""The ledger in front of the journal's table: nothing is lost between the two, nor there twice."""

import dataclasses
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.conformance.stores.samples import activation, entry
from whisk_platform.spi.stores import JournalEntry
from whisk_platform.stores.sql import ledger
from whisk_platform.stores.sql.engine import DATABASE_FILE
from whisk_platform.stores.sql.ledger import LEDGER_FILE
from whisk_platform.stores.sql.provider import SqliteStores
from whisk_platform.stores.sql.settings import SqliteSettings


def _in_table(directory: Path) -> int:
    with closing(sqlite3.connect(directory / DATABASE_FILE)) as database:
        count: int = database.execute("SELECT count(*) FROM journal").fetchone()[0]
    return count


async def _opened(directory: Path, **settings: object) -> SqliteStores:
    stores = SqliteStores(SqliteSettings(directory=directory, **settings))  # type: ignore[arg-type]
    await stores.open()
    return stores


async def test_accepting_and_marking_take_no_transaction(stores: SqliteStores) -> None:
    before = stores.transactions
    made = entry()
    assert stores.activations.try_accept(made)
    assert stores.activations.try_mark_started(made.activation_id)
    assert stores.transactions == before
    assert list(await stores.activations.pending()) == [dataclasses.replace(made, started=True)]


async def test_a_platform_that_ends_leaves_everything_in_the_table(directory: Path) -> None:
    """So that an older version finds it, too."""
    stores = await _opened(directory)
    entries = [entry() for _ in range(5_000)]
    await stores.activations.accept(*entries)
    await stores.activations.mark_started(entries[7].activation_id)
    await stores.close()
    assert _in_table(directory) == 5_000
    assert not (directory / LEDGER_FILE).exists()
    again = await _opened(directory)
    entries[7] = dataclasses.replace(entries[7], started=True)
    assert list(await again.activations.pending()) == entries
    await again.close()


async def test_a_ledger_that_is_full_leaves_the_rest_to_the_table(directory: Path) -> None:
    stores = await _opened(directory, ledger_bytes=10_000)
    entries = [entry(message=b"m" * 900) for _ in range(3_000)]
    for each in entries:
        await stores.activations.accept(each)
    # The last few go along with what comes after them.
    assert ledger.read(directory) == []
    assert _in_table(directory) == 3_000
    _same(await stores.activations.pending(), entries)
    for each in entries:
        await stores.activations.mark_started(each.activation_id)
        stores.activations.store(activation(activation_id=each.activation_id))
    await stores.activations.flush()
    assert list(await stores.activations.pending()) == []
    await stores.close()


def _same(found: object, expected: list[JournalEntry]) -> None:
    assert isinstance(found, list)
    assert sorted(found, key=_id) == sorted(expected, key=_id)


def _id(each: JournalEntry) -> str:
    return each.activation_id


async def test_an_entry_whose_record_is_stored_does_not_come_back(directory: Path) -> None:
    """Although the process was killed before the ledger was told."""
    stores = await _opened(directory)
    made, other = entry(), entry()
    await stores.activations.accept(made, other)
    before = (directory / LEDGER_FILE).read_bytes()
    stores.activations.store(activation(activation_id=made.activation_id))
    await stores.activations.flush()
    await stores.close()
    with closing(sqlite3.connect(directory / DATABASE_FILE)) as database:
        database.execute("DELETE FROM journal")
        database.commit()
    (directory / LEDGER_FILE).write_bytes(before)
    again = await _opened(directory)
    assert list(await again.activations.pending()) == [other]
    await again.close()


async def test_what_stands_in_both_is_there_once_and_started_if_either_says_so(
    directory: Path,
) -> None:
    """The process was killed after entries had moved, and before the ledger was told."""
    stores = await _opened(directory)
    first, second = entry(), entry()
    await stores.activations.accept(first, second)
    await stores.activations.mark_started(second.activation_id)
    before = (directory / LEDGER_FILE).read_bytes()
    await stores.close()
    with closing(sqlite3.connect(directory / DATABASE_FILE)) as database:
        database.execute("UPDATE journal SET started = 1 - started")
        database.commit()
    (directory / LEDGER_FILE).write_bytes(before)
    again = await _opened(directory)
    assert list(await again.activations.pending()) == [
        dataclasses.replace(first, started=True),
        dataclasses.replace(second, started=True),
    ]
    await again.close()


async def test_with_fsync_there_is_no_ledger(directory: Path) -> None:
    stores = await _opened(directory, durability="fsync")
    made = entry()
    assert not stores.activations.try_accept(made)
    await stores.activations.accept(made)
    assert _in_table(directory) == 1
    assert not (directory / LEDGER_FILE).exists()
    await stores.close()


async def test_a_ledger_is_taken_over_also_by_a_platform_without_one(directory: Path) -> None:
    stores = await _opened(directory)
    made = entry()
    await stores.activations.accept(made)
    before = (directory / LEDGER_FILE).read_bytes()
    await stores.close()
    with closing(sqlite3.connect(directory / DATABASE_FILE)) as database:
        database.execute("DELETE FROM journal")
        database.commit()
    (directory / LEDGER_FILE).write_bytes(before)
    again = await _opened(directory, durability="fsync")
    assert list(await again.activations.pending()) == [made]
    await again.close()

"""What the database cannot take yet waits in a file, in order, and outlives the process."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.architecture.tree import ROOT
from tests.conformance.stores.samples import START, activation, entry, plain
from tests.waiting import eventually
from whisk_platform.common.errors import StoreError
from whisk_platform.common.ids import ActivationId
from whisk_platform.spi.stores import ActivationFilter
from whisk_platform.stores.sql.engine import DATABASE_FILE
from whisk_platform.stores.sql.provider import SqliteStores
from whisk_platform.stores.sql.settings import SqliteSettings
from whisk_platform.stores.sql.spill import SPILL_FILE, Spill

GUEST = ActivationFilter(namespace="guest")


@contextmanager
def _held(directory: Path) -> Iterator[None]:
    """The database, locked by somebody else, so that nothing can be written."""
    holder = sqlite3.connect(directory / DATABASE_FILE, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        holder.execute("ROLLBACK")
        holder.close()


async def _opened(directory: Path, **bounds: int) -> SqliteStores:
    stores = SqliteStores(SqliteSettings(directory=directory, **bounds))  # type: ignore[arg-type]
    await stores.open()
    return stores


def _in_file(stores: SqliteStores) -> float:
    return next(f.values[0][1] for f in stores.metrics() if f.name == "whisk_records_in_file")


async def test_beyond_the_bound_records_wait_in_a_file_and_come_back_in_order(
    directory: Path,
) -> None:
    stores = await _opened(directory, queue_records=100)
    made = [
        activation("a", start=START + n, logs=("a line",), result=f'{{"n":{n}.10}}'.encode())
        for n in range(3_000)
    ]
    with _held(directory):
        positions = [stores.activations.store(each) for each in made]
        assert _in_file(stores) >= 2_900
        assert stores.activations.unwritten() == 3_000
        assert stores.activations.has_room()
        for each in (made[0], made[150], made[-1]):
            found = await stores.activations.get("guest", each.activation_id)
            assert found is not None
            assert plain(found) == plain(each)
            assert await stores.activations.get("other", each.activation_id) is None
    await stores.activations.flush()
    listed = await stores.activations.list(GUEST, skip=0, limit=0, docs=True)
    assert [plain(each) for each in listed] == [plain(each) for each in reversed(made)]
    history = await stores.activations.history(GUEST, after=0, upto=positions[-1], limit=5_000)
    assert [each.position for each in history] == positions
    assert _in_file(stores) == 0
    await stores.close()


async def test_a_full_file_refuses_work_and_drops_nothing(directory: Path) -> None:
    stores = await _opened(directory, queue_records=50, spill_bytes=100_000)
    ids: list[ActivationId] = []
    with _held(directory):
        while stores.activations.has_room():
            made = activation(logs=("x" * 500,))
            stores.activations.store(made)
            ids.append(made.activation_id)
            assert len(ids) < 10_000
        # What is under way when the bound is met is kept all the same.
        for _ in range(20):
            made = activation()
            stores.activations.store(made)
            ids.append(made.activation_id)
        outcome: str | int = "accepted"
        try:
            await stores.activations.accept(entry())
        except StoreError as error:
            outcome = error.status
        assert outcome == 503
    await stores.activations.flush()
    assert await stores.activations.count(GUEST) == len(set(ids))
    assert stores.activations.has_room()
    assert (directory / SPILL_FILE).stat().st_size <= 100_000
    await stores.close()


async def test_what_waits_in_the_file_survives_a_kill(directory: Path) -> None:
    """And closes its journal entry, so that it is not told to be lost."""
    count = 1_000
    killed = subprocess.run(  # noqa: ASYNC221 - nothing else happens in this loop
        [sys.executable, "-m", "tests.integration.stores.spill_program", directory, str(count)],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert killed.returncode == -9, killed.stderr
    ids = killed.stdout.split()
    stores = await _opened(directory)
    assert await stores.activations.get("guest", ActivationId(ids[-1])) is not None
    await stores.activations.flush()
    found = await stores.activations.list(GUEST, skip=0, limit=0, docs=False)
    # Those within the bound in memory are what a kill may take: 100 here.
    assert {each.activation_id for each in found} >= set(ids[100:])
    assert await stores.activations.pending() == []
    await stores.close()


async def test_records_that_were_written_before_the_kill_are_not_counted_twice(
    directory: Path,
) -> None:
    stores = await _opened(directory, queue_records=10)
    with _held(directory):
        for _ in range(500):
            stores.activations.store(activation())
        left = (directory / SPILL_FILE).read_bytes()
    await stores.activations.flush()
    await stores.close()
    # As if the process had been killed between the commit and the emptying of the file.
    (directory / SPILL_FILE).write_bytes(left)
    again = await _opened(directory)
    await eventually(lambda: again.activations.unwritten() == 0, "the file to be replayed")
    assert await again.activations.count(GUEST) == 500
    assert again.usage.total().records == 500
    await again.close()


async def test_a_store_that_closes_while_nothing_can_be_written_leaves_it_in_the_file(
    directory: Path,
) -> None:
    stores = await _opened(directory, window_ms=50)
    await stores.activations.accept(entry())
    with _held(directory):
        for _ in range(30):
            stores.activations.store(activation())
        await stores.close()
    again = await _opened(directory)
    await again.activations.flush()
    assert await again.activations.count(GUEST) == 30
    await again.close()


def _spill(directory: Path, most: int = 10_000) -> Spill[bytes]:
    return Spill(
        directory,
        most,
        pack=lambda item: item,
        unpack=lambda packed: packed,
        key_of=lambda item: item[:1],
    )


def test_a_frame_that_was_not_finished_ends_the_file(tmp_path: Path) -> None:
    spill = _spill(tmp_path)
    spill.open()
    for item in (b"a1", b"b2", b"c3"):
        assert spill.add(item)
    spill.close()
    file = tmp_path / SPILL_FILE
    data = bytearray(file.read_bytes())
    place = data.index(b"c3")
    data[place + 1] = 0
    file.write_bytes(data)
    again = _spill(tmp_path)
    assert again.open() == b"b2"
    assert again.take(10) == [b"a1", b"b2"]
    again.close()


def test_an_emptied_file_keeps_nothing_of_what_was_in_it(tmp_path: Path) -> None:
    spill = _spill(tmp_path)
    spill.open()
    for item in (b"a1", b"b2"):
        spill.add(item)
    spill.done(2)
    spill.add(b"z")
    spill.close()
    again = _spill(tmp_path)
    assert again.open() == b"z"
    assert len(again) == 1
    assert again.find(b"a") is None
    again.close()
    assert (tmp_path / SPILL_FILE).exists()


async def test_hundreds_of_batches_interleaved_with_locks_lose_and_double_nothing(
    directory: Path,
) -> None:
    stores = await _opened(directory, queue_records=20)
    count = 0
    for _ in range(8):
        with _held(directory):
            for _ in range(60):
                stores.activations.store(activation(start=START + count))
                count += 1
            await asyncio.sleep(0)
        for _ in range(60):
            stores.activations.store(activation(start=START + count))
            count += 1
    await stores.activations.flush()
    listed = await stores.activations.list(GUEST, skip=0, limit=0, docs=False)
    assert [each.start for each in listed] == list(range(START + count - 1, START - 1, -1))
    assert stores.usage.total().records == count
    await stores.close()

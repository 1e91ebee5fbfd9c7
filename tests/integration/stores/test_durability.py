"""What was acknowledged survives the death of the process; what was closed stays closed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.conformance.stores.samples import activation, entry
from whisk_platform.common.ids import ActivationId
from whisk_platform.spi.stores import ActivationFilter
from whisk_platform.stores.sql.provider import SqliteStores
from whisk_platform.stores.sql.settings import SqliteSettings

ACCEPTING = """
import asyncio, os, sys
from pathlib import Path
from whisk_platform.common.ids import new_activation_id
from whisk_platform.spi.stores import JournalEntry
from whisk_platform.stores.sql.provider import SqliteStores
from whisk_platform.stores.sql.settings import SqliteSettings

async def caller(store):
    while True:
        made = JournalEntry(activation_id=new_activation_id(), message=b"m" * 700, started=False)
        await store.accept(made)
        os.write(1, f"accepted {made.activation_id}\\n".encode())
        await store.mark_started(made.activation_id)
        os.write(1, f"started  {made.activation_id}\\n".encode())

async def main():
    stores = SqliteStores(SqliteSettings(directory=Path(sys.argv[1])))
    await stores.open()
    await asyncio.gather(*(caller(stores.activations) for _ in range(8)))

asyncio.run(main())
"""


def _promises_of_a_killed_process(directory: Path) -> list[list[str]]:
    child = subprocess.Popen(
        [sys.executable, "-c", ACCEPTING, str(directory)], stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    promised = [child.stdout.readline() for _ in range(2_000)]
    child.send_signal(signal.SIGKILL)
    promised.extend(child.stdout.readlines())
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL
    return [line.decode().split() for line in promised if line.endswith(b"\n")]


async def test_everything_acknowledged_is_there_after_a_sigkill(directory: Path) -> None:
    """The process is killed while eight callers write; each told a pipe what it was promised."""
    promises = _promises_of_a_killed_process(directory)
    stores = SqliteStores(SqliteSettings(directory=directory))
    await stores.open()
    pending = {each.activation_id: each for each in await stores.activations.pending()}
    await stores.close()
    assert {i for what, i in promises if what == "accepted"} <= pending.keys()
    started = {ActivationId(i) for what, i in promises if what == "started"}
    assert all(pending[each].started for each in started)
    assert len(started) > 500


async def test_a_closed_store_has_written_everything(directory: Path) -> None:
    stores = SqliteStores(SqliteSettings(directory=directory))
    await stores.open()
    for number in range(3_000):
        stores.activations.store(activation(f"a{number % 3}"))
    await stores.close()
    assert sorted(os.listdir(directory)) == ["master.key", "whisk.db"]
    await stores.open()
    assert await stores.activations.count(ActivationFilter(namespace="guest")) == 3_000
    await stores.close()


async def test_an_entry_of_a_former_life_is_closed_by_its_record(directory: Path) -> None:
    stores = SqliteStores(SqliteSettings(directory=directory))
    await stores.open()
    made = entry()
    await stores.activations.accept(made)
    await stores.close()
    await stores.open()
    stores.activations.store(activation(activation_id=made.activation_id))
    await stores.activations.flush()
    assert list(await stores.activations.pending()) == []
    await stores.close()


async def test_an_entry_that_comes_after_its_record_does_not_stay(stores: SqliteStores) -> None:
    """A blocking call may end just as its client is told to come back later."""
    made = entry(started=True)
    stores.activations.store(activation(activation_id=made.activation_id))
    await stores.activations.flush()
    await stores.activations.accept(made)
    assert list(await stores.activations.pending()) == []


async def test_an_entry_and_its_record_in_one_transaction_leave_no_entry(
    stores: SqliteStores,
) -> None:
    made = entry(started=True)
    stores.activations.store(activation(activation_id=made.activation_id))
    await stores.activations.accept(made)
    await stores.activations.flush()
    assert list(await stores.activations.pending()) == []


async def test_a_record_stored_twice_is_there_once_and_the_first_stays(
    stores: SqliteStores,
) -> None:
    first = activation(result=b"1")
    for record in (first, activation(result=b"2", activation_id=first.activation_id)):
        stores.activations.store(record)
        await stores.activations.flush()
    found = await stores.activations.get("guest", first.activation_id)
    assert found is not None
    assert bytes(found.response.result) == b"1"
    assert await stores.activations.count(ActivationFilter(namespace="guest")) == 1


async def test_a_store_that_syncs_every_commit_works_the_same(directory: Path) -> None:
    stores = SqliteStores(SqliteSettings(directory=directory, durability="fsync"))
    await stores.open()
    made = entry()
    await stores.activations.accept(made)
    stores.activations.store(activation())
    await stores.activations.flush()
    assert list(await stores.activations.pending()) == [made]
    await stores.close()

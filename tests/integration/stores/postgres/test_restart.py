"""The server dies and comes back: nothing written is lost, what waits is written then."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests import postgres
from tests.conformance.stores.samples import activation, document, entry, identity
from tests.waiting import eventually
from whisk_platform.common.errors import StoreError
from whisk_platform.spi.stores import ActivationFilter
from whisk_platform.stores.sql.postgres.provider import PostgresStores
from whisk_platform.supervisor.postgres.server import Server

GUEST = ActivationFilter(namespace="guest")


def _are(answered: list[str], goal: int) -> bool:
    return len(answered) >= goal


@pytest.fixture
def folder() -> Iterator[Path]:
    with postgres.directory() as made:
        yield made


@pytest.fixture
async def server(folder: Path) -> AsyncIterator[Server]:
    """A server that a test may kill and start."""
    made = Server(postgres.plan(folder))
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def stores(server: Server, tmp_path: Path) -> AsyncIterator[PostgresStores]:
    settings = postgres.settings(server.dsn, spill_directory=tmp_path / "spill", queue_records=50)
    made = PostgresStores(settings)
    await made.open()
    yield made
    await made.close()


async def test_what_was_written_survives_the_death_of_the_server(
    server: Server, stores: PostgresStores
) -> None:
    await stores.artifacts.put(document("a", attachment=b"code"))
    await stores.subjects.put_identity(identity())
    accepted = entry()
    await stores.activations.accept(accepted)
    stores.activations.store(activation())
    await stores.activations.flush()
    await server.stop(kill=True)
    await server.start()
    found = await stores.artifacts.get(document("a").fqn, attachment=True)
    assert found is not None
    assert found.attachment == b"code"
    assert await stores.subjects.by_namespace("anna-somebody") == identity()
    assert await stores.activations.count(GUEST) == 1
    assert list(await stores.activations.pending()) == [accepted]


async def test_without_a_server_everything_fails_with_a_sentence_and_soon(
    server: Server, stores: PostgresStores
) -> None:
    await server.stop(kill=True)
    member = stores.membership.join("invoker", "a", lease_ms=1_000)
    for call in (
        stores.artifacts.get(document("a").fqn),
        stores.artifacts.put(document("a")),
        stores.subjects.by_key("u", "k"),
        stores.activations.accept(entry()),
        stores.activations.list(GUEST, skip=0, limit=30, docs=False),
        stores.check_writable(),
        member,
    ):
        with pytest.raises(StoreError) as caught:
            await asyncio.wait_for(call, 15)
        assert caught.value.status == 503
        assert caught.value.message == (
            "The database cannot be reached or takes no work now. Repeat the request a little"
            " later."
        )


async def test_all_that_was_recorded_meanwhile_is_written_once_when_the_server_is_back(
    server: Server, stores: PostgresStores
) -> None:
    """More than the queue takes: the rest waits in the file."""
    stores.activations.store(activation())
    await stores.activations.flush()
    await server.stop(kill=True)
    records = [activation(f"a{number % 9}") for number in range(500)]
    for record in records:
        stores.activations.store(record)
    with pytest.raises(StoreError):
        await stores.activations.flush()
    assert await stores.activations.get("guest", records[-1].activation_id) is not None
    assert stores.activations.has_room()
    await server.start()

    async def written() -> bool:
        with contextlib.suppress(StoreError):
            await stores.activations.flush()
        return not stores.activations.unwritten()

    await eventually(written, "the queued records to be written")
    assert await stores.activations.count(GUEST) == 501
    await stores.retention.sweep()
    assert stores.retention.total.records == 501


async def test_records_survive_the_end_of_the_process_in_the_file(
    server: Server, stores: PostgresStores, tmp_path: Path
) -> None:
    await server.stop(kill=True)
    records = [activation(f"a{number % 9}") for number in range(100)]
    for record in records:
        stores.activations.store(record)
    with pytest.raises(StoreError):
        await stores.activations.flush()
    await stores.close()
    await server.start()
    again = PostgresStores(postgres.settings(server.dsn, spill_directory=tmp_path / "spill"))
    await again.open()
    await again.activations.flush()
    assert await again.activations.count(GUEST) == 100
    await again.close()


async def test_calls_go_on_while_the_server_is_replaced_under_them(
    server: Server, stores: PostgresStores
) -> None:
    """Every change that was answered is there; one that was refused may be repeated."""
    answered: list[str] = []
    ended = asyncio.Event()

    async def change() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            with contextlib.suppress(StoreError):
                await stores.artifacts.put(document(f"d{number}"))
                answered.append(f"d{number}")
            await asyncio.sleep(0)

    task = asyncio.create_task(change())
    for goal in (20, 60):
        await eventually(partial(_are, answered, goal), "changes to be made")
        await server.stop(kill=True)
        await server.start()
    await eventually(partial(_are, answered, 100), "changes to be made again")
    ended.set()
    await task
    for name in answered:
        assert await stores.artifacts.get(document(name).fqn) is not None, name

"""A new master key: everything can be read at every point, whatever the process is killed after."""

import asyncio
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.conformance.stores.samples import START, identity
from whisk_platform.common.errors import StateDirectoryError
from whisk_platform.common.ids import TransactionId, new_activation_id
from whisk_platform.common.jsontext import RawJSON
from whisk_platform.entities import journal, stored
from whisk_platform.entities.action import Action, Collection
from whisk_platform.entities.exec import CodeExec
from whisk_platform.entities.limits import SystemLimits
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.entities.names import FullyQualifiedEntityName
from whisk_platform.entities.parameters import AES_256_GCM, Parameter, Parameters
from whisk_platform.spi.stores import Document, JournalEntry
from whisk_platform.stores.masterkeys import (
    MASTER_KEY_FILE,
    NEXT_KEY_FILE,
    RETIRED_KEYS_FILE,
    create_next_key,
    read_master_key,
)
from whisk_platform.stores.parameterlocks import ParameterLocks
from whisk_platform.stores.sealing import Sealer
from whisk_platform.stores.sql import provider, schema
from whisk_platform.stores.sql.engine import writing_engine
from whisk_platform.stores.sql.provider import SqliteStores
from whisk_platform.stores.sql.rotation import FileStep, Key, Rotation
from whisk_platform.stores.sql.settings import SqliteSettings

ANNA = identity("anna-somebody")
NAMES = [f"action{number}" for number in range(450)]
SECRET = RawJSON(b'"not for everybody"')


def _name(name: str) -> FullyQualifiedEntityName:
    return FullyQualifiedEntityName("anna-somebody", None, name)


def _action(name: str) -> Action:
    return Action(
        fqn=_name(name),
        exec=CodeExec(kind="python:3.11", binary=False),
        parameters=Parameters((Parameter(key="secret", value=SECRET),)),
        limits=SystemLimits().standard(),
    )


async def _put(stores: SqliteStores, locks: ParameterLocks, name: str) -> Action:
    action = locks.locked(_action(name))
    await stores.artifacts.put(
        Document(
            fqn=action.fqn,
            collection=Collection.ACTIONS,
            revision=0,
            updated=START,
            body=stored.encode(action),
        )
    )
    return action


def _message(action: Action) -> ActivationMessage:
    (parameter,) = action.parameters.entries
    return ActivationMessage(
        transid=TransactionId("t"),
        received_ms=START,
        action=action.fqn,
        revision=1,
        user=ANNA,
        activation_id=new_activation_id(),
        controller="0",
        blocking=False,
        content=RawJSON(b'{"secret":' + bytes(parameter.value) + b"}"),
        locked_args=("secret",),
    )


@pytest.fixture
async def filled(directory: Path) -> Path:
    """A directory with a sealed key, sealed parameters and a sealed message in the journal."""
    stores = SqliteStores(SqliteSettings(directory=directory))
    await stores.open()
    locks = ParameterLocks(stores.sealer, locking=True)
    await stores.subjects.put_identity(ANNA)
    for name in NAMES:
        action = await _put(stores, locks, name)
    message = _message(action)
    await stores.activations.accept(
        JournalEntry(
            activation_id=message.activation_id, message=journal.encode(message), started=False
        )
    )
    await stores.close()
    return directory


async def _check(stores: SqliteStores) -> None:
    """Everything sealed is opened to what it was."""
    locks = ParameterLocks(stores.sealer, locking=True)
    assert await stores.subjects.by_key(ANNA.authkey.uuid, ANNA.authkey.key) == ANNA
    for name in NAMES:
        document = await stores.artifacts.get(_name(name))
        assert document is not None
        action = stored.decode(document.body, Collection.ACTIONS, document.revision, Action)
        (parameter,) = action.parameters.entries
        assert parameter.encryption == AES_256_GCM
        opened = locks.opened_members({"secret": parameter.value}, ["secret"])
        assert bytes(opened["secret"]) == bytes(SECRET)
    (entry,) = await stores.activations.pending()
    opened_message = locks.opened(journal.decode(entry.message))
    assert bytes(opened_message.content) == b'{"secret":' + bytes(SECRET) + b"}"


async def _check_only_under(directory: Path, key: bytes) -> None:
    """The key in the file opens everything alone."""
    assert read_master_key(directory) == key
    stores = SqliteStores(SqliteSettings(directory=directory, master_key=key))
    await stores.open()
    await _check(stores)
    await stores.close()


async def test_everything_is_sealed_anew_while_others_read_and_write(filled: Path) -> None:
    before = read_master_key(filled)
    stores = SqliteStores(SqliteSettings(directory=filled))
    await stores.open()
    locks = ParameterLocks(stores.sealer, locking=True)
    rotating = asyncio.create_task(stores.rotate_master_key())
    for number in itertools.count():
        await _put(stores, locks, f"meanwhile{number}")
        assert await stores.subjects.by_key(ANNA.authkey.uuid, ANNA.authkey.key) == ANNA
        if rotating.done():
            break
    # The key, the parameters and the message; the known text counts as well.
    assert await rotating >= len(NAMES) + 3
    await _check(stores)
    assert not (filled / NEXT_KEY_FILE).exists()
    key = read_master_key(filled)
    assert key is not None
    assert key != before
    await stores.close()
    await _check_only_under(filled, key)


async def test_former_keys_go_with_the_next_start(filled: Path) -> None:
    stores = SqliteStores(SqliteSettings(directory=filled))
    await stores.open()
    await stores.rotate_master_key()
    await stores.rotate_master_key()
    assert len((filled / RETIRED_KEYS_FILE).read_bytes()) == 64
    await stores.close()
    await stores.open()
    await _check(stores)
    assert not (filled / RETIRED_KEYS_FILE).exists()
    await stores.close()


async def test_work_that_carries_a_value_of_the_former_key_outlives_the_process(
    filled: Path,
) -> None:
    """It was accepted after the rotation, out of a cache."""
    stores = SqliteStores(SqliteSettings(directory=filled))
    await stores.open()
    (old,) = await stores.activations.pending()
    await stores.rotate_master_key()
    late = JournalEntry(activation_id=new_activation_id(), message=old.message, started=False)
    await stores.activations.accept(late)
    await stores.close()
    await stores.open()
    locks = ParameterLocks(stores.sealer, locking=True)
    for entry in await stores.activations.pending():
        opened = locks.opened(journal.decode(entry.message))
        assert bytes(opened.content) == b'{"secret":' + bytes(SECRET) + b"}"
    await stores.close()


def _points(directory: Path) -> Iterator[int]:
    """Go through a replacement as the platform does; after each yield the process may die."""
    key = read_master_key(directory)
    assert key is not None
    engine = writing_engine(directory, "normal")
    for step in Rotation(directory, Sealer(key)).steps():
        if isinstance(step, FileStep):
            step.run()
            yield 0
            continue
        last: Key | None = 0
        while last is not None:
            with engine.begin() as connection:
                last = step.run(connection, last).last
            yield 0


POINTS = 16
"""At least as many as there are; beyond the last nothing is left to be interrupted."""


@pytest.mark.parametrize("after", range(POINTS))
async def test_a_process_killed_at_any_point_leaves_what_the_next_one_finishes(
    filled: Path, after: int
) -> None:
    reached = len(list(itertools.islice(_points(filled), after)))
    # The command line's reading of the keys does not wait for the next start.
    (anna,) = provider.read_all_subjects(filled)
    assert anna.identities == (ANNA,)
    stores = SqliteStores(SqliteSettings(directory=filled))
    await stores.open()
    await _check(stores)
    await stores.close()
    assert not (filled / NEXT_KEY_FILE).exists()
    assert not (filled / RETIRED_KEYS_FILE).exists()
    key = read_master_key(filled)
    assert key is not None
    await _check_only_under(filled, key)
    assert reached <= POINTS - 1


async def test_a_successor_that_nothing_was_sealed_with_yet_takes_over(filled: Path) -> None:
    key = create_next_key(filled)
    stores = SqliteStores(SqliteSettings(directory=filled))
    await stores.open()
    await stores.close()
    await _check_only_under(filled, key)


async def test_a_key_that_was_given_is_not_replaced(directory: Path) -> None:
    stores = SqliteStores(SqliteSettings(directory=directory, master_key=bytes(32)))
    await stores.open()
    with pytest.raises(StateDirectoryError, match="Replace it where it comes from"):
        await stores.rotate_master_key()
    await stores.close()
    assert not (directory / MASTER_KEY_FILE).exists()


async def test_what_no_key_opens_does_not_stop_the_rest(filled: Path) -> None:
    """A value that only looks sealed is left alone."""
    stores = SqliteStores(SqliteSettings(directory=filled))
    await stores.open()
    odd = Parameter(key="odd", value=RawJSON(b'"aes-256-gcm:a:b"'), encryption=AES_256_GCM)
    action = Action(
        fqn=_name("odd"),
        exec=CodeExec(kind="python:3.11", binary=False),
        parameters=Parameters((odd,)),
        limits=SystemLimits().standard(),
    )
    body = stored.encode(action)
    await stores.artifacts.put(
        Document(
            fqn=action.fqn, collection=Collection.ACTIONS, revision=0, updated=START, body=body
        )
    )
    await stores.rotate_master_key()
    document = await stores.artifacts.get(action.fqn)
    assert document is not None
    assert document.body == body
    await _check(stores)
    await stores.close()


async def test_the_known_text_is_sealed_anew_last(filled: Path) -> None:
    """Until then a directory that lost its new key still starts with the old one."""
    engine = writing_engine(filled, "normal")

    def seal() -> bytes:
        with engine.connect() as connection:
            found: bytes = connection.execute(select(schema.seals.c.sealed)).scalar_one()
            return found

    first = seal()
    seen = [seal() == first for _ in _points(filled)]
    changed = seen.index(False)
    assert changed >= len(seen) - 4

"""Every way a state directory can be unusable is told in one sentence, and nothing is changed."""

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.stores.samples import document, identity
from whisk_platform.common.errors import StateDirectoryError
from whisk_platform.stores.sql.provider import SqliteStores, read_all_subjects
from whisk_platform.stores.sql.schema import SCHEMA_VERSION
from whisk_platform.stores.sql.settings import SqliteSettings


def _modes(directory: Path) -> dict[str, int]:
    paths = [directory, *directory.iterdir()]
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in paths}


def _holding(directory: Path, content: bytes) -> Path:
    """Make a state directory whose database file holds these bytes."""
    directory.mkdir()
    path = directory / "whisk.db"
    path.write_bytes(content)
    return path


def _contents(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in directory.iterdir())


async def _filled(directory: Path) -> None:
    stores = SqliteStores(SqliteSettings(directory=directory))
    await stores.open()
    await stores.subjects.put_identity(identity())
    await stores.artifacts.put(*(document(f"a{n}", body=b"x" * 500) for n in range(200)))
    await stores.close()


async def _refusal(settings: SqliteSettings) -> str:
    stores = SqliteStores(settings)
    with pytest.raises(StateDirectoryError) as caught:
        await stores.open()
    await stores.close()
    return caught.value.message


async def test_a_missing_directory_is_made_for_its_owner_alone(directory: Path) -> None:
    before = os.umask(0)
    try:
        stores = SqliteStores(SqliteSettings(directory=directory))
        await stores.open()
        await stores.artifacts.put(document("a"))
    finally:
        os.umask(before)
    files = ("whisk.db", "whisk.db-wal", "whisk.db-shm", "master.key", "records.spill",
                 "accepted.ledger")  # fmt: skip
    assert _modes(directory) == {"state": 0o700, **dict.fromkeys(files, 0o600)}
    await stores.close()


async def test_a_database_that_others_may_read_is_closed_to_them(directory: Path) -> None:
    await _filled(directory)
    (directory / "whisk.db").chmod(0o644)
    stores = SqliteStores(SqliteSettings(directory=directory))
    await stores.open()
    assert _modes(directory)["whisk.db"] == 0o600
    await stores.close()


async def test_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    directory = tmp_path / "file" / "state"
    assert await _refusal(SqliteSettings(directory=directory)) == (
        f"The state directory {directory} cannot be written to: Not a directory."
        " Give another one with --state-dir, or make it writable."
    )


async def test_a_file_that_is_no_database(directory: Path) -> None:
    letter = b"this is a letter to grandmother\n" * 300
    path = _holding(directory, letter)
    assert await _refusal(SqliteSettings(directory=directory)) == (
        f"{path} is damaged or no database at all."
        " Restore it from a backup, or move it away to start with an empty one."
    )
    assert path.read_bytes() == letter


@pytest.mark.parametrize(
    ("damage", "at"), [("the middle", 0.5), ("the schema", 0.0), ("the end cut off", None)]
)
async def test_a_damaged_database(directory: Path, damage: str, at: float | None) -> None:
    await _filled(directory)
    path = directory / "whisk.db"
    content = bytearray(path.read_bytes())
    if at is None:
        content = content[: len(content) // 3]
    else:
        start = 100 + int(at * len(content))
        content[start : start + 20_000] = b"\xa5" * 20_000
    path.write_bytes(content)
    assert await _refusal(SqliteSettings(directory=directory)) == (
        f"{path} is damaged or no database at all."
        " Restore it from a backup, or move it away to start with an empty one."
    ), damage
    assert path.read_bytes() == content


async def test_a_database_of_another_program(directory: Path) -> None:
    with sqlite3.connect(_holding(directory, b"")) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    assert await _refusal(SqliteSettings(directory=directory)) == (
        f"{directory / 'whisk.db'} is a database of another program."
        " Give another directory with --state-dir."
    )


async def test_a_state_written_by_a_newer_version(directory: Path) -> None:
    await _filled(directory)
    with sqlite3.connect(directory / "whisk.db") as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    assert await _refusal(SqliteSettings(directory=directory)) == (
        f"{directory / 'whisk.db'} was written by a newer version of the platform (schema 99; this"
        f" one knows up to {SCHEMA_VERSION}). Start that version, or give another directory"
        " with --state-dir."
    )


async def test_a_master_key_that_is_missing(directory: Path) -> None:
    await _filled(directory)
    (directory / "master.key").unlink()
    assert await _refusal(SqliteSettings(directory=directory)) == (
        f"The keys in {directory} cannot be opened because master.key is missing."
        " Restore it from a backup."
    )
    assert not (directory / "master.key").exists()


async def test_a_master_key_that_is_another_deployments(directory: Path) -> None:
    await _filled(directory)
    assert await _refusal(SqliteSettings(directory=directory, master_key=bytes(32))) == (
        f"The master key is not the one that the keys in {directory} were sealed with."
        " Restore the right one."
    )


async def test_a_database_that_another_program_holds(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _filled(directory)
    monkeypatch.setattr("whisk_platform.stores.sql.engine.BUSY_MS", 20)
    holder = sqlite3.connect(directory / "whisk.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert await _refusal(SqliteSettings(directory=directory)) == (
        f"{directory / 'whisk.db'} cannot be used: database is locked. Make sure that the disk"
        " works and that no other program has the file open, or give another directory with"
        " --state-dir."
    )
    holder.close()


async def test_keys_stand_nowhere_in_clear(directory: Path) -> None:
    secret = "a-key-that-nobody-may-read-at-rest"
    stores = SqliteStores(SqliteSettings(directory=directory))
    await stores.open()
    await stores.subjects.put_identity(identity(key=secret))
    assert secret.encode() not in _contents(directory)
    assert len(_contents(directory)) > 10_000
    await stores.close()


async def test_a_given_master_key_is_never_written_down(directory: Path) -> None:
    stores = SqliteStores(SqliteSettings(directory=directory, master_key=b"K" * 32))
    await stores.open()
    await stores.close()
    assert os.listdir(directory) == ["whisk.db"]


async def test_subjects_can_be_read_beside_a_running_platform(directory: Path) -> None:
    stores = SqliteStores(SqliteSettings(directory=directory))
    await stores.open()
    anna = identity()
    await stores.subjects.put_identity(anna)
    (found,) = read_all_subjects(directory)
    assert found.identities == (anna,)
    await stores.close()
    (found,) = read_all_subjects(directory)
    assert found.identities == (anna,)


def test_reading_subjects_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(StateDirectoryError) as caught:
        read_all_subjects(tmp_path / "nowhere")
    assert caught.value.message == (
        f"{tmp_path / 'nowhere'} holds no state of a platform. Give the right one with --state-dir."
    )
    assert os.listdir(tmp_path) == []


REOPEN = """
import asyncio, sys
from pathlib import Path
from whisk_platform.stores.sql.provider import SqliteStores
from whisk_platform.stores.sql.settings import SqliteSettings

async def main():
    stores = SqliteStores(SqliteSettings(directory=Path(sys.argv[1])))
    await stores.open()
    await stores.close()

asyncio.run(main())
print([name for name in sys.modules if name.startswith(("alembic", "mako"))])
"""


def test_migrations_cost_nobody_who_does_not_need_them(directory: Path) -> None:
    """Neither a new nor a current database imports Alembic, which takes a quarter of a second."""
    for _ in range(2):
        ended = subprocess.run(
            [sys.executable, "-c", REOPEN, str(directory)], capture_output=True, text=True
        )
        assert (ended.stdout, ended.stderr) == ("[]\n", "")

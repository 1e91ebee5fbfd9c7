"""The state directory: made, checked, and every way it can be unusable told in one sentence."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from whisk_platform.common.errors import StateDirectoryError
from whisk_platform.stores import masterkeys
from whisk_platform.stores.masterkeys import MASTER_KEY_FILE
from whisk_platform.stores.sealing import Sealer, SealError
from whisk_platform.stores.sql import upgrade
from whisk_platform.stores.sql.engine import DATABASE_FILE
from whisk_platform.stores.sql.failures import is_full
from whisk_platform.stores.sql.schema import SCHEMA_VERSION, seals
from whisk_platform.stores.sql.settings import SqliteSettings

_KNOWN_TEXT = b"whisk"
SEAL = "master-key"
"""Name and context of the known text."""

_CHECKED = ("documents", "identities", "subjects", "limits", "journal")
"""Small tables without which nothing works: looked through at every start."""

_CHECK_STEPS = 20_000
_CHECK_ROUNDS = 50
"""About a million steps of SQLite's machine, some 20 ms, then the check is let go."""


def make(directory: Path) -> None:
    """Make the directory and an empty database file that only their owner can read.

    Raises:
        StateDirectoryError: it cannot be made or written to.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = directory / DATABASE_FILE
        # SQLite gives the files beside it the mode of the database file.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        probe = directory / f".probe.{os.getpid()}"
        os.close(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
        probe.unlink()
    except OSError as error:
        raise StateDirectoryError(
            f"The state directory {directory} cannot be written to: {error.strerror}."
            " Give another one with --state-dir, or make it writable."
        ) from error


def prepare(engine: Engine, settings: SqliteSettings) -> Sealer:
    """Check the database, make or migrate its tables, and find the master key.

    Returns:
        What opens and seals this deployment's keys.

    Raises:
        StateDirectoryError: the database or the key cannot be used; says why and what to do.
    """
    with _explained(settings.directory), engine.begin() as connection:
        upgrade.prepare(connection)
        _check(connection)
        return _sealer(connection, settings)


@contextmanager
def _explained(directory: Path) -> Iterator[None]:
    path = directory / DATABASE_FILE
    try:
        yield
    except upgrade.ForeignDatabaseError as error:
        raise StateDirectoryError(
            f"{path} is a database of another program. Give another directory with --state-dir."
        ) from error
    except upgrade.NewerSchemaError as error:
        raise StateDirectoryError(
            f"{path} was written by a newer version of the platform (schema {error.message}; this"
            f" one knows up to {SCHEMA_VERSION}). Start that version, or give another directory"
            " with --state-dir."
        ) from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StateDirectoryError(_sentence(path, error)) from error


def _sentence(path: Path, error: SQLAlchemyError | sqlite3.Error) -> str:
    if is_full(error):
        return (
            f"The disk that holds {path.parent} is full. Free some space, or give another"
            " directory with --state-dir."
        )
    text = str(error.orig) if isinstance(error, DatabaseError) else str(error)
    if "not a database" in text or "malformed" in text or "encrypted" in text:
        return (
            f"{path} is damaged or no database at all. Restore it from a backup, or move it away"
            " to start with an empty one."
        )
    return (
        f"{path} cannot be used: {text}. Make sure that the disk works and that no other program"
        " has the file open, or give another directory with --state-dir."
    )


def _check(connection: Connection) -> None:
    """Look through the small tables for damage, for a bounded time.

    Raises:
        StateDirectoryError: there is some.
    """
    driver = connection.connection.driver_connection
    assert driver is not None, "the connection is open"
    rounds = iter(range(_CHECK_ROUNDS))
    driver.set_progress_handler(lambda: next(rounds, None) is None, _CHECK_STEPS)
    try:
        for table in _CHECKED:
            found = connection.exec_driver_sql(f"PRAGMA quick_check('{table}')").scalars().all()
            if found != ["ok"]:
                raise DatabaseError(None, None, Exception(f"malformed: {found[0]}"))
    except SQLAlchemyError as error:
        if "interrupted" not in str(error):
            raise
    finally:
        driver.set_progress_handler(None, 0)


def _sealer(connection: Connection, settings: SqliteSettings) -> Sealer:
    """The sealer of this deployment; the first one leaves a seal to recognize it by."""
    query = select(seals.c.sealed).where(seals.c.name == SEAL)
    seal = connection.execute(query).scalar_one_or_none()
    given = settings.master_key
    keys = (given,) if given else masterkeys.read_all_keys(settings.directory)
    if not keys:
        if seal is not None:
            raise StateDirectoryError(
                f"The keys in {settings.directory} cannot be opened because {MASTER_KEY_FILE} is"
                " missing. Restore it from a backup."
            )
        keys = (masterkeys.create_master_key(settings.directory),)
    sealer = Sealer(*keys)
    if seal is None:
        sealed = sealer.seal(_KNOWN_TEXT, SEAL)
        connection.execute(insert(seals), {"name": SEAL, "sealed": sealed})
        return sealer
    try:
        sealer.open(seal, SEAL)
    except SealError as error:
        raise StateDirectoryError(
            f"The master key is not the one that the keys in {settings.directory} were sealed"
            " with. Restore the right one."
        ) from error
    return sealer

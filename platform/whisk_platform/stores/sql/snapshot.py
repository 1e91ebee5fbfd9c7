"""A copy of the database as it stands at one moment, and the verification of one."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select

from whisk_platform.common.errors import StateDirectoryError, StoreError
from whisk_platform.stores.masterkeys import MASTER_KEY_FILE, read_sealer
from whisk_platform.stores.sealing import Sealer, SealError
from whisk_platform.stores.sql import ledger
from whisk_platform.stores.sql.bulk import keys_among
from whisk_platform.stores.sql.engine import APPLICATION_ID, BUSY_MS, DATABASE_FILE, reading_engine
from whisk_platform.stores.sql.failures import translation
from whisk_platform.stores.sql.schema import (
    SCHEMA_VERSION,
    AnySelect,
    activations,
    documents,
    identities,
    journal,
    seals,
)
from whisk_platform.stores.sql.subjects import identity_context


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a verified database holds."""

    schema: int
    entities: int
    identities: int
    records: int
    accepted: int
    """Non-blocking work without a record."""

    def counts(self) -> dict[str, int]:
        """All of it as a JSON object."""
        return asdict(self)


def copy(directory: Path, folder: Path) -> None:
    """Copy the database of a state directory, also of a running platform.

    Raises:
        StateDirectoryError: it cannot be read, or the folder not be written.
    """
    source = target = None
    try:
        source = sqlite3.connect(f"file:{directory / DATABASE_FILE}?mode=ro", uri=True)
        source.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        target = sqlite3.connect(folder / DATABASE_FILE)
        (folder / DATABASE_FILE).chmod(0o600)
        # All pages at once: in between, the platform would start the copy over with every write.
        source.backup(target, pages=-1)
        # The copy brings the mode along; alone in its file it needs no log beside it.
        target.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise StateDirectoryError(f"{directory / DATABASE_FILE} cannot be copied: {error}.") from (
            error
        )
    finally:
        for connection in (source, target):
            if connection is not None:
                connection.close()


def verify(folder: Path) -> Contents:
    """Look through a database that nobody uses, and make sure that its keys open its secrets.

    Raises:
        StateDirectoryError: it is damaged, another program's or a newer version's, or the keys
            beside it are not its own.
    """
    path = folder / DATABASE_FILE
    try:
        with translation(), reading_engine(folder).connect() as connection:
            schema = _stamp(path, connection)
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
            if found != "ok":
                raise StateDirectoryError(f"{path.name} is damaged: {found}.")
            _check_keys(connection, read_sealer(folder))
            return Contents(
                schema=schema,
                entities=_count(connection, select(func.count()).select_from(documents)),
                identities=_count(connection, select(func.count()).select_from(identities)),
                records=_count(connection, select(func.count()).select_from(activations)),
                accepted=_accepted(connection, folder),
            )
    except SealError as error:
        raise StateDirectoryError(
            f"{MASTER_KEY_FILE} is not the key that the secrets in {path.name} were sealed with."
        ) from error
    except StoreError as error:
        raise StateDirectoryError(f"{path.name} is damaged: {error.__cause__}.") from error


def _stamp(path: Path, connection: Connection) -> int:
    if connection.exec_driver_sql("PRAGMA application_id").scalar_one() != APPLICATION_ID:
        raise StateDirectoryError(f"{path.name} is a database of another program.")
    schema: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if schema > SCHEMA_VERSION:
        raise StateDirectoryError(
            f"{path.name} was written by a newer version of the platform (schema {schema}; this one"
            f" knows up to {SCHEMA_VERSION}). Use that version."
        )
    return schema


def _check_keys(connection: Connection, sealer: Sealer | None) -> None:
    if sealer is None:
        raise StateDirectoryError(f"{MASTER_KEY_FILE} is missing.")
    for row in connection.execute(select(seals.c.name, seals.c.sealed)):
        sealer.open(row.sealed, row.name)
    for row in connection.execute(select(identities.c.namespace, identities.c.sealed)):
        sealer.open(row.sealed, identity_context(row.namespace))


def _accepted(connection: Connection, folder: Path) -> int:
    keys = [entry.key for entry in ledger.read(folder)]
    elsewhere = keys_among(connection, journal.c.id, keys)
    elsewhere |= keys_among(connection, activations.c.id, keys)
    in_table = _count(connection, select(func.count()).select_from(journal))
    return in_table + len(set(keys) - elsewhere)


def _count(connection: Connection, query: AnySelect) -> int:
    count: int = connection.execute(query).scalar_one()
    return count

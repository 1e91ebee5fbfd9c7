"""Brings a database to this program's schema: made new, left alone, migrated or refused.

Several processes may start at once: the first one migrates and the others wait for it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select, text

from whisk_platform.common.errors import StateDirectoryError
from whisk_platform.stores.sql.postgres.schema import OLDEST_VERSION, SCHEMA_VERSION, stamp

Step = Callable[[Any], None]
"""Leads from one version to the next, given Alembic's operations."""

MIGRATION_LOCK = 0x57486973
"""The number of the advisory lock ("WHis")."""

_STEPS = {1: "v1_first"}
"""The module in ``migrations`` that leads to each version."""


def prepare(
    connection: Connection,
    *,
    version: int = SCHEMA_VERSION,
    oldest: int = OLDEST_VERSION,
    steps: Mapping[int, Step] | None = None,
) -> None:
    """Make sure, inside the open transaction, that the database has the schema.

    Args:
        connection: in a transaction.
        version: the wanted one.
        oldest: the oldest program that can work with it.
        steps: by the version they lead to; None = those of ``migrations``.

    Raises:
        StateDirectoryError: a newer version's that this one cannot work with, or a database of
            another program.
    """
    if _suits(connection, version):
        return
    # Held until the commit; who waited for it finds the work done.
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    if _suits(connection, version):
        return
    _migrate(connection, range(_stamped(connection) + 1, version + 1), steps)
    connection.execute(delete(stamp))
    connection.execute(insert(stamp), {"version": version, "oldest": oldest})


def _suits(connection: Connection, version: int) -> bool:
    found = _stamp(connection)
    if found is None or found[0] < version:
        return False
    if found[1] > version:
        raise StateDirectoryError(
            f"The database was written by a newer version of the platform (schema {found[0]}; this"
            f" one knows up to {version}). Start that version, or name another database."
        )
    return True


def _stamped(connection: Connection) -> int:
    """The version of the database; a new one gets the table that says so."""
    found = _stamp(connection)
    if found is not None:
        return found[0]
    if _exists(connection, "documents"):
        raise StateDirectoryError(
            "The database holds tables of another program. Name another database, or one that is"
            " empty."
        )
    stamp.create(connection)
    return 0


def _stamp(connection: Connection) -> tuple[int, int] | None:
    if not _exists(connection, stamp.name):
        return None
    row = connection.execute(select(stamp)).one_or_none()
    return None if row is None else (row.version, row.oldest)


def _exists(connection: Connection, table: str) -> bool:
    # Names that a session looked up in vain it may not find while its transaction lasts: rows it
    # does.
    query = text(
        "SELECT count(*) FROM pg_tables WHERE tablename = :table"
        " AND schemaname = ANY (current_schemas(false))"
    )
    return bool(connection.execute(query, {"table": table}).scalar_one())


def _migrate(
    connection: Connection, versions: range, steps: Mapping[int, Step] | None = None
) -> None:
    # Costs a quarter of a second, so only those pay who have an old database.
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    operations = Operations(MigrationContext.configure(connection))
    for version in versions:
        step = _shipped(version) if steps is None else steps[version]
        step(operations)


def _shipped(version: int) -> Step:
    module = importlib.import_module(f"{__package__}.migrations.{_STEPS[version]}")
    step: Step = module.upgrade
    return step

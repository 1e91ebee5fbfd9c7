"""Brings a database to this program's schema: made new, left alone, migrated or refused."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from whisk_platform.common.errors import StateDirectoryError
from whisk_platform.stores.sql.engine import APPLICATION_ID
from whisk_platform.stores.sql.schema import SCHEMA_VERSION, metadata

Step = Callable[[Any], None]
"""Leads from one version to the next, given Alembic's operations."""

_STEPS = {1: "v1_first", 2: "v2_filters", 3: "v3_usage"}
"""The module in ``migrations`` that leads to each version."""


class ForeignDatabaseError(StateDirectoryError):
    """The database was not made by this platform."""


class NewerSchemaError(StateDirectoryError):
    """The database was written by a newer version of the platform."""


def prepare(
    connection: Connection,
    *,
    version: int = SCHEMA_VERSION,
    steps: Mapping[int, Step] | None = None,
) -> None:
    """Make sure, inside the open transaction, that the database has the schema.

    Args:
        connection: in a transaction that holds the write lock.
        version: the wanted one.
        steps: by the version they lead to; None = those of ``migrations``.

    Raises:
        ForeignDatabaseError: somebody else's database.
        NewerSchemaError: a newer version's.
    """
    stamp = _pragma(connection, "user_version")
    if stamp == version and _pragma(connection, "application_id") == APPLICATION_ID:
        return
    if _pragma(connection, "application_id") != APPLICATION_ID:
        if stamp or _tables(connection):
            raise ForeignDatabaseError
        metadata.create_all(connection)
    elif stamp > version:
        raise NewerSchemaError(str(stamp))
    else:
        migrate(connection, range(stamp + 1, version + 1), steps)
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {version}")


def migrate(
    connection: Connection, versions: range, steps: Mapping[int, Step] | None = None
) -> None:
    """Go through the steps to each of the versions, in order, inside the open transaction."""
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


def _pragma(connection: Connection, name: str) -> int:
    value: int = connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
    return value


def _tables(connection: Connection) -> int:
    count: int = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    return count

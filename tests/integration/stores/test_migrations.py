"""A database of an older version is brought to the present one, whole or not at all."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from whisk_platform.stores.sql import statedirectory, upgrade
from whisk_platform.stores.sql.engine import writing_engine
from whisk_platform.stores.sql.schema import SCHEMA_VERSION, metadata
from whisk_platform.stores.sql.settings import SqliteSettings

NEXT = SCHEMA_VERSION + 1


def _engine(directory: Path) -> sa.Engine:
    statedirectory.make(directory)
    return writing_engine(directory, "normal")


def _objects(connection: sa.Connection) -> list[tuple[str, str]]:
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master ORDER BY name")
    return [(name, " ".join((sql or "").split())) for name, sql in rows]


def _stamp(engine: sa.Engine) -> int:
    with engine.begin() as connection:
        stamp: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        return stamp


def test_the_migrations_lead_to_the_very_schema_that_a_new_database_gets(tmp_path: Path) -> None:
    with _engine(tmp_path / "new").begin() as connection:
        upgrade.prepare(connection)
        made = _objects(connection)
    with _engine(tmp_path / "old").begin() as connection:
        upgrade.migrate(connection, range(1, SCHEMA_VERSION + 1))
        assert _objects(connection) == made
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def _add_column(operations: Any) -> None:
    operations.add_column("subjects", sa.Column("mail", sa.Text))
    operations.execute("UPDATE subjects SET mail = name || '@example.com'")


def _fail_half_way(operations: Any) -> None:
    operations.add_column("subjects", sa.Column("mail", sa.Text))
    operations.execute("UPDATE subjects SET nonsense = 1")


def _old(directory: Path) -> sa.Engine:
    engine = _engine(directory)
    statedirectory.prepare(engine, SqliteSettings(directory=directory))
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO subjects VALUES ('anna', 0)")
    return engine


def test_an_older_database_is_migrated_with_what_is_in_it(directory: Path) -> None:
    engine = _old(directory)
    with engine.begin() as connection:
        upgrade.prepare(connection, version=NEXT, steps={NEXT: _add_column})
    with engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM subjects").all()
    assert [tuple(row) for row in rows] == [("anna", 0, "anna@example.com")]
    assert _stamp(engine) == NEXT


def _note(passed: list[int], version: int, _operations: Any) -> None:
    passed.append(version)


def test_several_versions_are_passed_one_after_another(directory: Path) -> None:
    engine = _old(directory)
    passed: list[int] = []
    versions = [NEXT, NEXT + 1, NEXT + 2]
    steps = {n: partial(_note, passed, n) for n in versions}
    with engine.begin() as connection:
        upgrade.prepare(connection, version=NEXT + 2, steps=steps)
    assert passed == versions
    assert _stamp(engine) == NEXT + 2


def test_a_migration_that_fails_leaves_the_database_as_it_was(directory: Path) -> None:
    engine = _old(directory)
    with engine.begin() as connection:
        before = _objects(connection)
    with pytest.raises(sa.exc.OperationalError), engine.begin() as connection:
        upgrade.prepare(connection, version=NEXT, steps={NEXT: _fail_half_way})
    with engine.begin() as connection:
        assert _objects(connection) == before
    assert _stamp(engine) == SCHEMA_VERSION


def test_a_current_database_is_left_alone(directory: Path) -> None:
    engine = _old(directory)
    with engine.begin() as connection:
        upgrade.prepare(connection, steps={})
    assert _stamp(engine) == SCHEMA_VERSION

"""A database is made, migrated, recognized or refused; many may start at once."""

import asyncio
import dataclasses
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests import postgres
from tests.conformance.stores.samples import activation, identity
from whisk_platform.common.errors import SettingsError, StateDirectoryError
from whisk_platform.spi.stores import ActivationFilter
from whisk_platform.stores.sql import schema as shared
from whisk_platform.stores.sql.postgres import schema, upgrade
from whisk_platform.stores.sql.postgres.provider import PostgresStores

NEXT = schema.SCHEMA_VERSION + 1
OURS_ALONE = {"usage", "journal"}
"""Tables that differ from SQLite's."""


def _stores(dsn: str, **others: Any) -> PostgresStores:
    return PostgresStores(postgres.settings(dsn, **others))


async def test_several_processes_that_start_on_an_empty_database_make_it_once(
    databases: postgres.Databases,
) -> None:
    dsn = databases.empty()
    several = [_stores(dsn, owner=str(number)) for number in range(5)]
    await asyncio.gather(*(each.open() for each in several))
    several[0].activations.store(activation())
    await several[0].activations.flush()
    assert await several[4].activations.count(ActivationFilter(namespace="guest")) == 1
    await asyncio.gather(*(each.close() for each in several))


def test_the_tables_are_those_that_the_queries_are_written_for(dsn: str) -> None:
    wanted = sa.MetaData()
    for table in [*shared.metadata.sorted_tables, *schema.metadata.sorted_tables]:
        if table.name not in wanted.tables and table.name not in (OURS_ALONE | {"activations"}):
            table.to_metadata(wanted)
    for name in OURS_ALONE:
        schema.metadata.tables[name].to_metadata(wanted)
    with postgres.engine(dsn).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        kinds = ("add_table", "add_column", "remove_column", "modify_type")
        differences = [
            each
            for each in compare_metadata(context, wanted)
            if isinstance(each, tuple) and each[0] in kinds
        ]
        records = {each["name"] for each in sa.inspect(connection).get_columns("activations")}
    assert differences == []
    assert records == {each.name for each in shared.activations.columns} - {"sequence"}


def _add_column(operations: Any) -> None:
    operations.add_column("subjects", sa.Column("mail", sa.Text))


async def test_a_database_is_migrated_while_the_former_version_goes_on(dsn: str) -> None:
    running = _stores(dsn)
    await running.open()
    with postgres.engine(dsn).begin() as connection:
        upgrade.prepare(connection, version=NEXT, steps={NEXT: _add_column})
    await running.subjects.put_identity(identity())
    await running.close()
    again = _stores(dsn)
    await again.open()
    assert await again.subjects.by_namespace("anna-somebody") == identity()
    await again.close()


async def test_a_database_that_this_version_cannot_work_with_is_refused(dsn: str) -> None:
    with postgres.engine(dsn).begin() as connection:
        upgrade.prepare(connection, version=NEXT, oldest=NEXT, steps={NEXT: _add_column})
    with pytest.raises(StateDirectoryError, match=r"newer version of the platform \(schema 2; "):
        await _stores(dsn).open()


async def test_a_migration_that_fails_leaves_the_database_as_it_was(dsn: str) -> None:
    def fail(operations: Any) -> None:
        _add_column(operations)
        operations.execute("UPDATE subjects SET nonsense = 1")

    with pytest.raises(sa.exc.ProgrammingError), postgres.engine(dsn).begin() as connection:
        upgrade.prepare(connection, version=NEXT, steps={NEXT: fail})
    with postgres.engine(dsn).begin() as connection:
        upgrade.prepare(connection, version=NEXT, steps={NEXT: _add_column})


async def test_a_database_of_another_program_is_refused(databases: postgres.Databases) -> None:
    dsn = databases.empty()
    with postgres.engine(dsn).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE documents (mine text)")
    with pytest.raises(StateDirectoryError, match="tables of another program"):
        await _stores(dsn).open()


async def test_another_master_key_is_refused_at_once(dsn: str) -> None:
    stores = _stores(dsn)
    await stores.open()
    await stores.close()
    other = dataclasses.replace(postgres.settings(dsn), master_key=bytes(32))
    with pytest.raises(StateDirectoryError, match="not the one that the keys in the database"):
        await PostgresStores(other).open()


async def test_a_new_master_key_takes_the_place_of_the_former_one(dsn: str) -> None:
    stores = _stores(dsn)
    await stores.open()
    await stores.subjects.put_identity(identity())
    with pytest.raises(StateDirectoryError, match="with this one as a former key"):
        await stores.rotate_master_key()
    await stores.close()
    new = bytes(reversed(postgres.MASTER_KEY))
    both = dataclasses.replace(
        postgres.settings(dsn), master_key=new, former_keys=(postgres.MASTER_KEY,)
    )
    stores = PostgresStores(both)
    await stores.open()
    assert await stores.subjects.by_namespace("anna-somebody") == identity()
    assert await stores.rotate_master_key() == 2
    assert await stores.rotate_master_key() == 0
    await stores.close()
    stores = PostgresStores(dataclasses.replace(both, former_keys=()))
    await stores.open()
    assert await stores.subjects.by_namespace("anna-somebody") == identity()
    await stores.close()


async def test_a_database_that_is_not_there_is_one_sentence(dsn: str) -> None:
    for wrong in (dsn.replace("dbname=", "dbname=not_"), "host=/nowhere dbname=whisk"):
        with pytest.raises(StateDirectoryError) as caught:
            await _stores(wrong).open()
        assert caught.value.message.startswith("The database cannot be used: ")
        assert "\n" not in caught.value.message


def test_a_dsn_that_means_nothing_is_refused_without_repeating_it() -> None:
    with pytest.raises(SettingsError) as caught:
        postgres.engine("secret=1 not a dsn")
    assert "postgresql://user@host" in caught.value.message
    assert "secret" not in caught.value.message


def test_settings_do_not_show_what_opens_the_database() -> None:
    shown = repr(postgres.settings("postgresql://whisk:geheim@h/w"))
    assert "geheim" not in shown
    assert repr(postgres.MASTER_KEY) not in shown

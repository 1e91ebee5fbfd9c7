"""A database of the first release, as it lies on a disk: all of it is found again."""

import dataclasses
import json
import sqlite3
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from tests.conformance.stores.samples import START, activation, entry, plain
from whisk_platform.entities.activation import Activation, StatusCode
from whisk_platform.spi.stores import ActivationFilter
from whisk_platform.stores.sql import statedirectory
from whisk_platform.stores.sql.engine import APPLICATION_ID, DATABASE_FILE, writing_engine
from whisk_platform.stores.sql.migrations import v1_first
from whisk_platform.stores.sql.provider import SqliteStores
from whisk_platform.stores.sql.schema import SCHEMA_VERSION
from whisk_platform.stores.sql.settings import SqliteSettings

LIMITS = {"timeout": 60000, "memory": 256, "logs": 10, "concurrency": 1}
GUEST = ActivationFilter(namespace="guest")


def _template(kind: str | None, **rest: object) -> bytes:
    annotations: list[dict[str, object]] = []
    if kind is not None:
        annotations = [
            {"key": "path", "value": "guest/hello"},
            {"key": "kind", "value": kind},
            {"key": "limits", "value": LIMITS},
            {"key": "timeout", "value": False},
            {"key": "waitTime", "value": None},
        ]
    members = {"name": "hello", "version": "0.0.1", "subject": "guest", **rest}
    return json.dumps({**members, "annotations": annotations}, separators=(",", ":")).encode()


def _first_release(directory: Path) -> list[Activation]:
    """Write a database by hand, and tell which records it holds."""
    statedirectory.make(directory)
    engine = writing_engine(directory, "normal")
    with engine.begin() as connection:
        v1_first.upgrade(Operations(MigrationContext.configure(connection)))
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql("PRAGMA user_version = 1")
        connection.exec_driver_sql("INSERT INTO namespaces VALUES (1, 'guest')")
        connection.exec_driver_sql("INSERT INTO sources VALUES (1, 1, 'hello', '', '')")
        for number, body in enumerate(
            (_template("python:3.11", varying=[4]), _template(None), b"\xff no template"), start=1
        ):
            connection.execute(
                sa.text("INSERT INTO templates VALUES (:id, :digest, :body)"),
                {"id": number, "digest": bytes([number]), "body": body},
            )
        usual = activation(start=START, logs=("one", "two"), wait=3)
        row = (usual.activation_id, 1, START, 7, None, 0, 27, b"[3]", bytes(usual.response.result))
        connection.exec_driver_sql(_INSERTION, (bytes.fromhex(row[0]), *row[1:], b'["one","two"]'))
        trigger = bytes.fromhex("0" * 31 + "2")
        connection.exec_driver_sql(
            _INSERTION, (trigger, 2, START + 1, None, None, 0, None, None, b"{}", None)
        )
        connection.exec_driver_sql(
            "INSERT INTO journal (id, started, message) VALUES (?, 1, ?)", (b"\x07" * 16, b"{}")
        )
    engine.dispose()
    return [usual]


_INSERTION = (
    "INSERT INTO activations"
    " (id, namespace, source, template, start, elapsed, duration, status, size, details, result,"
    " logs) VALUES (?, 1, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


async def test_records_of_the_first_release_are_found_by_every_filter(directory: Path) -> None:
    (usual,) = _first_release(directory)
    stores = SqliteStores(SqliteSettings(directory=directory))
    await stores.open()
    found = await stores.activations.get("guest", usual.activation_id)
    assert found is not None
    assert plain(found) == plain(usual)
    for filters, starts in (
        ({}, [START + 1, START]),
        ({"kinds": frozenset(("python:3.11",))}, [START]),
        ({"kinds": frozenset(("nodejs:20",))}, []),
        ({"statuses": frozenset((StatusCode.SUCCESS,))}, [START + 1, START]),
        ({"min_duration": 7}, [START]),
        ({"name": "hello"}, [START + 1, START]),
    ):
        wanted = dataclasses.replace(GUEST, **filters)
        listed = await stores.activations.list(wanted, skip=0, limit=0, docs=True)
        assert [record.start for record in listed] == starts, filters
    assert len(await stores.activations.pending()) == 1
    await stores.close()


async def test_what_is_recorded_after_the_upgrade_goes_on_from_there(directory: Path) -> None:
    _first_release(directory)
    stores = SqliteStores(SqliteSettings(directory=directory))
    await stores.open()
    before = await stores.activations.history(GUEST, after=0, upto=1 << 60, limit=10)
    assert list(before) == []
    position = stores.activations.store(activation("new", start=START + 2))
    await stores.activations.accept(entry())
    await stores.activations.flush()
    history = await stores.activations.history(GUEST, after=0, upto=position, limit=10)
    assert [settled.activation.name for settled in history] == ["new"]
    assert await stores.activations.count(GUEST) == 3
    await stores.close()


async def test_an_upgraded_database_is_not_upgraded_again(directory: Path) -> None:
    _first_release(directory)
    for _ in range(2):
        stores = SqliteStores(SqliteSettings(directory=directory))
        await stores.open()
        await stores.close()
    with sqlite3.connect(directory / DATABASE_FILE) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        names = connection.execute("SELECT name FROM sqlite_master WHERE name LIKE '%before%'")
        assert names.fetchall() == []
    connection.close()

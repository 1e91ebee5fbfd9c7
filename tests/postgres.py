"""A PostgreSQL server of the test process's own, with a database for each test."""

import asyncio
import itertools
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from tests.parts import missing
from whisk_platform.stores.sql.postgres import upgrade
from whisk_platform.stores.sql.postgres.engine import make_engine
from whisk_platform.stores.sql.postgres.settings import PostgresSettings
from whisk_platform.supervisor.postgres import programs
from whisk_platform.supervisor.postgres.configuration import ServerPlan
from whisk_platform.supervisor.postgres.server import Server

REMEDY = "apt-get install postgresql"
MASTER_KEY = bytes(range(32))
_TEMPLATE = "whisk_template"
_numbers = itertools.count()


class Databases:
    """Makes databases that have the schema already."""

    def __init__(self, plan: ServerPlan) -> None:
        self._plan = plan
        self._admin = make_engine(settings(plan.dsn()), isolation_level="AUTOCOMMIT")
        self._run(f"CREATE DATABASE {_TEMPLATE}")
        with engine(plan.dsn(_TEMPLATE)).begin() as connection:
            upgrade.prepare(connection)

    def empty(self) -> str:
        """The DSN of a database without tables."""
        return self._made("template1")

    def new(self) -> str:
        """The DSN of a database with the schema and nothing in it."""
        return self._made(_TEMPLATE)

    def _made(self, template: str) -> str:
        name = f"test_{next(_numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self._plan.dsn(name)

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))


def settings(dsn: str, **others: Any) -> PostgresSettings:
    """What a store over that database is made with."""
    return PostgresSettings(dsn=dsn, master_key=MASTER_KEY, **others)


def engine(dsn: str) -> Engine:
    """An engine without a pool, for a look behind the store's back."""
    return make_engine(settings(dsn), binary=False)


@contextmanager
def directory() -> Iterator[Path]:
    """A short path that another user can enter, which PostgreSQL has to be when we are root."""
    folder = Path(tempfile.mkdtemp(prefix="whisk-pg-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def plan(folder: Path) -> ServerPlan:
    """A server that never waits for the disk; skips where there is no PostgreSQL."""
    try:
        programs.find()
    except programs.PostgresMissingError:
        missing("PostgreSQL", REMEDY)
    return ServerPlan(directory=folder / secrets.token_hex(4), fast=True)


@contextmanager
def running() -> Iterator[Databases]:
    """A running server."""
    with directory() as folder, asyncio.Runner() as runner:
        chosen = plan(folder)
        server = Server(chosen)
        runner.run(server.start())
        try:
            yield Databases(chosen)
        finally:
            runner.run(server.stop())

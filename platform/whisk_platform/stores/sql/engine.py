"""Engines on SQLite files: how a connection is set up, for the writer and for readers."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from whisk_platform.common.counters import COUNTERS

DATABASE_FILE = "whisk.db"
APPLICATION_ID = 0x57486973
"""Stamped into the file's header: this database is ours ("WHis")."""

BUSY_MS = 5_000
"""How long to wait for another process that reads or checks the same file."""

_CHECKPOINT_PAGES = 2_000
"""8 MB of log between two checkpoints: fewer waits for the disk, and still a small file."""


def writing_engine(directory: Path, durability: Literal["normal", "fsync"]) -> Engine:
    """An engine whose transactions take the write lock when they begin.

    Args:
        directory: where the database file is.
        durability: as in the settings.
    """
    engine = _engine(f"file:{_quoted(directory)}?mode=rwc")
    synchronous = "NORMAL" if durability == "normal" else "FULL"

    @event.listens_for(engine, "connect")
    def _set_up(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        # The driver must not open transactions behind our back: `begin` below does.
        connection.isolation_level = None
        _pragmas(
            connection,
            f"busy_timeout = {BUSY_MS}",
            # Has an effect on a new file only, and has to come first.
            "auto_vacuum = INCREMENTAL",
            "journal_mode = WAL",
            f"synchronous = {synchronous}",
            f"wal_autocheckpoint = {_CHECKPOINT_PAGES}",
            f"journal_size_limit = {64 << 20}",
            "foreign_keys = ON",
            "temp_store = MEMORY",
        )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "before_cursor_execute")
    def _count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            COUNTERS.db_writes += 1

    return engine


def reading_engine(directory: Path) -> Engine:
    """An engine that can only read; every statement sees the newest commit."""
    engine = _engine(f"file:{_quoted(directory)}?mode=ro", isolation_level="AUTOCOMMIT")

    @event.listens_for(engine, "connect")
    def _set_up(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        _pragmas(connection, f"busy_timeout = {BUSY_MS}", "query_only = ON")

    return engine


def _engine(uri: str, **options: str) -> Engine:
    return create_engine(
        "sqlite+pysqlite://",
        creator=lambda: sqlite3.connect(uri, uri=True, check_same_thread=False),
        poolclass=NullPool,
        **options,
    )


def _quoted(directory: Path) -> str:
    path = str(directory.absolute() / DATABASE_FILE)
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _pragmas(connection: DBAPIConnection, *pragmas: str) -> None:
    cursor = connection.cursor()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
        cursor.fetchall()
    cursor.close()

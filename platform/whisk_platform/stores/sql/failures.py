"""The engine's errors become ours at this door."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from whisk_platform.common.errors import StoreError, StoreFullError

_PRIMARY = 0xFF
"""SQLite's extended result codes carry the primary one in their lowest byte."""

_MACHINE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_NOTADB,
    }
)
"""Failures of the machine or the file: whatever we write would meet them."""


def _code(error: BaseException) -> int | None:
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    return None if code is None else code & _PRIMARY


def is_full(error: BaseException) -> bool:
    """Whether there was no space left to write to."""
    return _code(error) == sqlite3.SQLITE_FULL


def is_machine(error: BaseException) -> bool:
    """Whether the machine failed, as opposed to the data that was to be written."""
    return is_full(error) or _code(error) in _MACHINE


@contextmanager
def translation() -> Iterator[None]:
    """Turn whatever the engine raises inside into a ``StoreError``.

    Raises:
        StoreError: with the engine's own error as its cause.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OverflowError) as error:
        raise (StoreFullError if is_full(error) else StoreError) from error

"""The engine's errors become ours at this door."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

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

_DISK_FULL = "53100"
_SERVER_CLASSES = ("08", "25006", "40", "53", "55P03", "57", "58", "F0", "XX")
"""How SQL states begin of which the same is true: lost connections, a server that shuts down or
only reads, deadlocks, exhausted resources, canceled statements, a broken machine."""


class StoreUnreachableError(StoreError):
    """The database cannot be reached or takes no work now. Repeat the request a little later."""

    status = 503


def _code(error: BaseException) -> int | None:
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    return None if code is None else code & _PRIMARY


def sql_state(error: BaseException) -> str | None:
    """The five characters with which a server says what went wrong.

    Returns:
        None if no server said so; empty if the connection to it was lost or never made.
    """
    cause = error.orig if isinstance(error, DBAPIError) else None
    if cause is None or not hasattr(cause, "sqlstate"):
        return None
    state: str | None = cause.sqlstate
    if state is not None:
        return state
    lost = isinstance(error, OperationalError | InterfaceError) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    )
    return "" if lost else None


def is_unreachable(error: BaseException) -> bool:
    """Whether it is a server's failure that will pass."""
    state = sql_state(error)
    return state is not None and (not state or state.startswith(_SERVER_CLASSES))


def is_full(error: BaseException) -> bool:
    """Whether there was no space left to write to."""
    return _code(error) == sqlite3.SQLITE_FULL or sql_state(error) == _DISK_FULL


def is_machine(error: BaseException) -> bool:
    """Whether the machine failed, as opposed to the data that was to be written."""
    return is_full(error) or _code(error) in _MACHINE or is_unreachable(error)


def ours(error: BaseException) -> StoreError:
    """A new error of ours in place of an engine's."""
    if is_full(error):
        made: StoreError = StoreFullError()
    else:
        made = StoreUnreachableError() if is_unreachable(error) else StoreError()
    made.__cause__ = error
    return made


@contextmanager
def translation() -> Iterator[None]:
    """Turn whatever the engine raises inside into a ``StoreError``.

    Raises:
        StoreError: with the engine's own error as its cause.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OverflowError) as error:
        raise ours(error) from error

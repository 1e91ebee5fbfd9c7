"""Engines on a PostgreSQL database: how a connection is set up."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import conninfo
from sqlalchemy import Engine, NullPool, create_engine, event

from whisk_platform.common.counters import COUNTERS
from whisk_platform.common.errors import SettingsError
from whisk_platform.stores.sql.postgres.settings import PostgresSettings

_LOST_S = 20
"""Seconds after which a network that answers nothing counts as a lost connection."""


class _Cursor(psycopg.Cursor[Any]):
    """Answers come as bytes, not as hexadecimal text, which is twice as long."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> _Cursor:
        """Execute a statement."""
        options["binary"] = True
        super().execute(query, params, **options)
        return self


def make_engine(settings: PostgresSettings, *, binary: bool = True, **options: Any) -> Engine:
    """An engine.

    Args:
        settings: which database.
        binary: how answers come; the catalogs have types that are only read as text.
        **options: of SQLAlchemy's; without ``pool_size`` every connection is new.

    Raises:
        SettingsError: the DSN cannot be understood.
    """
    dsn = _dsn(settings)

    def connect() -> psycopg.Connection[Any]:
        return psycopg.connect(dsn, cursor_factory=_Cursor if binary else psycopg.Cursor)

    if "pool_size" in options:
        options["max_overflow"] = 0
    else:
        options["poolclass"] = NullPool
    engine = create_engine(
        "postgresql+psycopg://", creator=connect, use_native_hstore=False, **options
    )

    @event.listens_for(engine, "before_cursor_execute")
    def _count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("SELECT"):
            COUNTERS.db_writes += 1

    return engine


def _dsn(settings: PostgresSettings) -> str:
    try:
        given = conninfo.conninfo_to_dict(settings.dsn)
    except psycopg.Error as error:
        raise SettingsError(
            "The DSN of the database cannot be understood. Write it as"
            " postgresql://user@host:5432/database, or as host=/socket/directory dbname=database."
        ) from error
    options = f"-c statement_timeout={settings.statement_timeout_ms} -c timezone=UTC"
    ours: dict[str, str | int] = {
        "connect_timeout": settings.connect_timeout_s,
        "application_name": f"whisk {settings.owner}".strip(),
        "keepalives_idle": _LOST_S // 2,
        "keepalives_interval": _LOST_S // 4,
        "keepalives_count": 2,
        "tcp_user_timeout": _LOST_S * 1_000,
    }
    # What the operator wrote stands.
    merged = {**ours, **given, "options": f"{options} {given.get('options') or ''}".strip()}
    return conninfo.make_conninfo("", **merged)

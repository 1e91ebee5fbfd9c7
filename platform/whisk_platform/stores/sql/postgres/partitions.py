"""Partitions of the records: a day of ids each, made beforehand, dropped whole.

An id begins with the milliseconds since the epoch, so a day is a range of ids. Ids of other makers
are in a partition of their own.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from whisk_platform.stores.sql.postgres.schema import OTHER, RECORDS

DAY_MS = 86_400_000
AHEAD = 3
"""Days that have their partitions beforehand."""

PARTITION_LOCK = 0x57486974
"""The number of the advisory lock of those who make or drop partitions."""

LOCK_TIMEOUT_MS = 2_000
"""How long others may have to wait behind us while we wait for them."""

DAY_OF_ID = "('x' || encode(substr(id, 1, 6), 'hex'))::bit(48)::bigint / " + str(DAY_MS)
"""SQL: the day of a record's id."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAME = re.compile(rf"{RECORDS}_(\d{{4,}})(\d\d)(\d\d)")


def day_of(ms: int) -> int:
    """The day of a moment, both since the epoch."""
    return ms // DAY_MS


def name_of(day: int) -> str:
    """The name of a day's partition, which says its date."""
    return f"{RECORDS}_{_EPOCH + timedelta(days=day):%Y%m%d}"


def day_named(name: str) -> int | None:
    """The day of a partition; None if it is not one of a day."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    year, month, date = map(int, found.groups())
    return (datetime(year, month, date, tzinfo=UTC) - _EPOCH).days


def first_id(day: int) -> str:
    """The least id of a day, as PostgreSQL writes bytes."""
    return rf"\x{day * DAY_MS:012x}" + "0" * 20


def days(connection: Connection) -> list[int]:
    """The days that have a partition, in order."""
    query = text(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
        " WHERE i.inhparent = to_regclass(:records)"
    )
    names = connection.execute(query, {"records": RECORDS}).scalars()
    return sorted(day for name in names if (day := day_named(name)) is not None)


def make(connection: Connection, today: int) -> None:
    """Make the partitions of a day and of those after it, inside the open transaction.

    Records of the day that came into the others' partition meanwhile move.
    """
    wanted = set(range(today, today + AHEAD + 1))
    if not wanted - set(days(connection)):
        return
    _lock(connection)
    for day in sorted(wanted - set(days(connection))):
        name, low, high = name_of(day), first_id(day), first_id(day + 1)
        # Made beside the table and then attached: who reads and writes does not wait for that.
        for statement in (
            f"CREATE TABLE {name} (LIKE {RECORDS} INCLUDING ALL)",
            f"WITH moved AS (DELETE FROM {OTHER} WHERE id >= '{low}' AND id < '{high}' RETURNING *)"
            f" INSERT INTO {name} SELECT * FROM moved",
            f"ALTER TABLE {RECORDS} ATTACH PARTITION {name}"
            f" FOR VALUES FROM ('{low}') TO ('{high}')",
        ):
            connection.exec_driver_sql(statement)


def drop(connection: Connection, day: int) -> int:
    """Drop a day's partition inside the open transaction.

    Returns:
        How many records went with it.
    """
    _lock(connection)
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name_of(day)}")
    gone = connection.execute(
        text(
            "WITH gone AS (DELETE FROM usage WHERE day = :day RETURNING records)"
            " SELECT coalesce(sum(records), 0)::bigint FROM gone"
        ),
        {"day": day},
    )
    return int(gone.scalar_one())


def _lock(connection: Connection) -> None:
    """One at a time; and rather not at all than with everybody waiting behind us."""
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}")
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PARTITION_LOCK})

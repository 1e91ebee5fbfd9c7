"""What PostgreSQL's tables have that SQLite's have not; the others are those of ``stores.sql``.

Records have no ``sequence`` here, since several processes write them: they are in partitions by
the time in their ids, a day each, and a list's ties are in the order of ids. A change here needs a
new module in ``migrations`` and a new ``SCHEMA_VERSION``.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

SCHEMA_VERSION = 1
"""Stamped into the database."""

OLDEST_VERSION = 1
"""The oldest program that can work beside this one's schema."""

RECORDS = "activations"
OTHER = "activations_other"
"""The partition of records whose ids are of no day that has one."""

metadata = MetaData()

stamp = Table(
    "whisk_schema",
    metadata,
    Column("version", Integer, nullable=False),
    Column("oldest", Integer, nullable=False),
)
"""One row: which schema this is, and the oldest program that can work with it."""

usage = Table(
    "usage",
    metadata,
    Column("day", BigInteger, primary_key=True),
    Column("namespace", Integer, primary_key=True),
    Column("records", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
)
"""What each namespace's records of a day take, kept in the transactions that write them."""

journal = Table(
    "journal",
    metadata,
    Column("sequence", BigInteger, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("id", LargeBinary, nullable=False, unique=True),
    Column("started", Boolean, nullable=False),
    Column("message", LargeBinary, nullable=False),
)
"""Accepted work without a record, by the process that accepted it."""

accepted = Table(
    "accepted",
    metadata,
    Column("activation", LargeBinary, primary_key=True),
    Column("controller", Integer, nullable=False),
    Column("invoker", Integer, nullable=False),
    Column("work", LargeBinary, nullable=False),
)
"""What was handed to the broker and has no record yet."""

kinds = Table("member_kinds", metadata, Column("kind", Text, primary_key=True))
"""A row to lock for each kind of member."""

members = Table(
    "members",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("incarnation", BigInteger, nullable=False),
    Column("details", LargeBinary, nullable=False),
    Column("expires", DateTime(timezone=True), nullable=False),
)
"""Processes of the cluster, with the ids that they hold until their leases expire."""

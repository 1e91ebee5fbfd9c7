"""The tables. A change here needs a new module in ``migrations`` and a new ``SCHEMA_VERSION``."""

from __future__ import annotations

from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Select,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = 3
"""Stamped into the database; a newer stamp is refused, an older one migrated."""

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]

NOTHING = ""
"""Stands for "no package": NULLs would not be equal to each other in a unique index."""

metadata = MetaData()
_Serial = BigInteger().with_variant(Integer(), "sqlite")
"""A growing key. In SQLite only a column declared INTEGER is the row's own number."""


documents = Table(
    "documents",
    metadata,
    # Never used twice, so that a cache cannot take a document made anew for the deleted one.
    # Every write moves the document to a new revision: within one `updated` the order of writing.
    Column("revision", _Serial, primary_key=True, autoincrement=True),
    Column("namespace", Text, nullable=False),
    Column("package", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("collection", SmallInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("attachment", BigInteger),
    Column("body", LargeBinary, nullable=False),
    Index("documents_by_name", "namespace", "package", "name", unique=True),
    Index("documents_by_namespace", "namespace", "collection", "updated"),
    Index("documents_by_package", "namespace", "package", "collection", "updated"),
    Index("documents_by_publicity", "namespace", "collection", "public", "updated"),
    sqlite_autoincrement=True,
)
"""Entities, without code."""

attachments = Table(
    "attachments",
    metadata,
    Column("attachment", BigInteger, primary_key=True, autoincrement=False),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)
"""Code, in parts small enough that copying one never holds up the event loop."""

namespaces = Table(
    "namespaces",
    metadata,
    Column("id", _Serial, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)
"""Namespaces that have records."""

sources = Table(
    "sources",
    metadata,
    Column("id", _Serial, primary_key=True),
    Column("namespace", ForeignKey("namespaces.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("package", Text, nullable=False),
    Column("binding", Text, nullable=False),
    UniqueConstraint("namespace", "name", "package", "binding", name="sources_by_name"),
)
"""What a record can be found by: name, package of the provider, package of the binding."""

templates = Table(
    "templates",
    metadata,
    Column("id", _Serial, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("templates_by_kind", "kind"),
)
"""What many records have in common. ``kind`` is ``NOTHING`` for triggers."""

_FILTERED = ("status", "template", "elapsed", "duration")

activations = Table(
    "activations",
    metadata,
    Column("sequence", _Serial, primary_key=True),
    Column("id", LargeBinary, nullable=False),
    Column("namespace", Integer, nullable=False),
    Column("source", Integer, nullable=False),
    Column("template", Integer, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("elapsed", BigInteger),
    Column("duration", BigInteger),
    Column("status", SmallInteger, nullable=False),
    Column("size", BigInteger),
    Column("cause", LargeBinary),
    # In the order of `sequence`, so that a place in it is found without an index of its own.
    Column("settled", BigInteger, nullable=False),
    Column("details", LargeBinary),
    # Last, so that lists need not touch the pages that a large result or log overflows to.
    Column("result", LargeBinary),
    Column("logs", LargeBinary),
    Index("activations_by_id", "id", unique=True),
    # In the order of lists, with all that lists are filtered by: a record that a filter leaves out
    # is never read.
    Index("activations_by_namespace", "namespace", "start", "sequence", *_FILTERED),
    Index("activations_by_source", "source", "start", "sequence", *_FILTERED),
)
"""Records: what differs from one activation to the next."""

usage = Table(
    "usage",
    metadata,
    Column("namespace", Integer, primary_key=True, autoincrement=False),
    Column("records", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
)
"""What each namespace's records take, kept in the transactions that write and delete them."""

journal = Table(
    "journal",
    metadata,
    Column("sequence", _Serial, primary_key=True),
    Column("id", LargeBinary, nullable=False),
    Column("started", Boolean, nullable=False),
    Column("message", LargeBinary, nullable=False),
    Index("journal_by_id", "id", unique=True),
)
"""Accepted work without a record."""

subjects = Table(
    "subjects",
    metadata,
    Column("name", Text, primary_key=True),
    Column("blocked", Boolean, nullable=False),
)
"""People and programs that may call."""

identities = Table(
    "identities",
    metadata,
    Column("namespace", Text, primary_key=True),
    Column("subject", ForeignKey("subjects.name"), nullable=False, index=True),
    Column("uuid", Text, nullable=False, unique=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("sealed", LargeBinary, nullable=False),
)
"""Namespaces with their keys: a SHA-256 to find them by, the key itself sealed."""

limits = Table(
    "limits",
    metadata,
    Column("namespace", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""Limits documents of namespaces."""

seals = Table(
    "seals",
    metadata,
    Column("name", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
"""A known text under the master key, to notice a wrong key before it does harm."""

"""The tables of the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations


def upgrade(operations: Operations) -> None:
    """Lead from an empty database to version 1."""
    _documents(operations)
    _dictionaries(operations)
    _activations(operations)
    _journal(operations)
    _subjects(operations)


def _documents(operations: Operations) -> None:
    operations.create_table(
        "documents",
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("namespace", sa.Text, nullable=False),
        sa.Column("package", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("collection", sa.SmallInteger, nullable=False),
        sa.Column("updated", sa.BigInteger, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("attachment", sa.BigInteger),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    by = operations.create_index
    by("documents_by_name", "documents", ["namespace", "package", "name"], unique=True)
    by("documents_by_namespace", "documents", ["namespace", "collection", "updated"])
    by("documents_by_package", "documents", ["namespace", "package", "collection", "updated"])
    by("documents_by_publicity", "documents", ["namespace", "collection", "public", "updated"])
    operations.create_table(
        "attachments",
        sa.Column("attachment", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )


def _dictionaries(operations: Operations) -> None:
    operations.create_table(
        "namespaces",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
    )
    operations.create_table(
        "sources",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("namespace", sa.Integer, sa.ForeignKey("namespaces.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("package", sa.Text, nullable=False),
        sa.Column("binding", sa.Text, nullable=False),
        sa.UniqueConstraint("namespace", "name", "package", "binding", name="sources_by_name"),
    )
    operations.create_table(
        "templates",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )


def _activations(operations: Operations) -> None:
    operations.create_table(
        "activations",
        sa.Column("sequence", sa.Integer, primary_key=True),
        sa.Column("id", sa.LargeBinary, nullable=False),
        sa.Column("namespace", sa.Integer, nullable=False),
        sa.Column("source", sa.Integer, nullable=False),
        sa.Column("template", sa.Integer, nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("elapsed", sa.BigInteger),
        sa.Column("duration", sa.BigInteger),
        sa.Column("status", sa.SmallInteger, nullable=False),
        sa.Column("size", sa.BigInteger),
        sa.Column("cause", sa.LargeBinary),
        sa.Column("details", sa.LargeBinary),
        sa.Column("result", sa.LargeBinary),
        sa.Column("logs", sa.LargeBinary),
    )
    operations.create_index("activations_by_id", "activations", ["id"], unique=True)
    operations.create_index("activations_by_namespace", "activations", ["namespace", "start"])
    operations.create_index("activations_by_source", "activations", ["source", "start"])


def _journal(operations: Operations) -> None:
    operations.create_table(
        "journal",
        sa.Column("sequence", sa.Integer, primary_key=True),
        sa.Column("id", sa.LargeBinary, nullable=False),
        sa.Column("started", sa.Boolean, nullable=False),
        sa.Column("message", sa.LargeBinary, nullable=False),
    )
    operations.create_index("journal_by_id", "journal", ["id"], unique=True)


def _subjects(operations: Operations) -> None:
    operations.create_table(
        "subjects",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("blocked", sa.Boolean, nullable=False),
    )
    operations.create_table(
        "identities",
        sa.Column("namespace", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, sa.ForeignKey("subjects.name"), nullable=False),
        sa.Column("uuid", sa.Text, nullable=False, unique=True),
        sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    operations.create_index("ix_identities_subject", "identities", ["subject"])
    operations.create_table(
        "limits",
        sa.Column("namespace", sa.Text, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    operations.create_table(
        "seals",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )

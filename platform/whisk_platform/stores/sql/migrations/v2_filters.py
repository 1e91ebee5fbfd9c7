"""Filters of lists: by kind, status and duration; and the order in which records were settled.

Both tables are copied, since SQLite adds columns only behind the large ones.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic.operations import Operations

_KEPT = (
    "sequence, id, namespace, source, template, start, elapsed, duration, status, size, cause,"
    " details, result, logs"
)
_FILTERED = ["status", "template", "elapsed", "duration"]


def upgrade(operations: Operations) -> None:
    """Lead from version 1 to version 2."""
    _templates(operations)
    _activations(operations)


def _templates(operations: Operations) -> None:
    operations.rename_table("templates", "templates_before")
    operations.create_table(
        "templates",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    connection = operations.get_bind()
    before = connection.execute(sa.text("SELECT id, digest, body FROM templates_before")).all()
    insertion = sa.text("INSERT INTO templates VALUES (:id, :digest, :kind, :body)")
    for row in before:
        values = {"id": row.id, "digest": row.digest, "kind": _kind(row.body), "body": row.body}
        connection.execute(insertion, values)
    operations.drop_table("templates_before")
    operations.create_index("templates_by_kind", "templates", ["kind"])


def _kind(body: bytes) -> str:
    """The value of the annotation ``kind`` in a template's JSON; nothing if there is none."""
    try:
        annotations = json.loads(body)["annotations"]
        kinds = [each["value"] for each in annotations if each["key"] == "kind"]
    except (ValueError, LookupError, TypeError):
        return ""  # A damaged template is no reason to refuse the whole database.
    return kinds[0] if kinds and isinstance(kinds[0], str) else ""


def _activations(operations: Operations) -> None:
    for index in ("activations_by_id", "activations_by_namespace", "activations_by_source"):
        operations.drop_index(index, "activations")
    operations.rename_table("activations", "activations_before")
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
        sa.Column("settled", sa.BigInteger, nullable=False),
        sa.Column("details", sa.LargeBinary),
        sa.Column("result", sa.LargeBinary),
        sa.Column("logs", sa.LargeBinary),
    )
    # Nobody holds a position of a time when there were none: all of them lie before any.
    operations.execute(
        f"INSERT INTO activations ({_KEPT}, settled) SELECT {_KEPT}, 0 FROM activations_before"
    )
    operations.drop_table("activations_before")
    by = operations.create_index
    by("activations_by_id", "activations", ["id"], unique=True)
    by("activations_by_namespace", "activations", ["namespace", "start", "sequence", *_FILTERED])
    by("activations_by_source", "activations", ["source", "start", "sequence", *_FILTERED])

"""What each namespace's records take, so that there can be bounds on it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations


def upgrade(operations: Operations) -> None:
    """Lead from version 2 to version 3."""
    operations.create_table(
        "usage",
        sa.Column("namespace", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("records", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
    )
    operations.execute(
        "INSERT INTO usage SELECT namespace, count(*), sum(165 + coalesce(length(result), 0)"
        " + coalesce(length(logs), 0) + coalesce(length(details), 0))"
        " FROM activations GROUP BY namespace"
    )

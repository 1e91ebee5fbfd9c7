"""What the store keeps, deletes and holds back, for ``/metrics``; of SQLite's names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whisk_platform.common.metrics import Family, counter, gauge
from whisk_platform.stores.sql.backlog import Backlog
from whisk_platform.stores.sql.postgres.retention import Retention
from whisk_platform.stores.sql.retention import BOUNDS
from whisk_platform.stores.sql.spill import Spill


def store_metrics(
    retention: Retention, backlog: Backlog, spill: Spill[Any] | None, now_ms: int
) -> Iterator[Family]:
    """Tell how things stood when retention last looked, and what waits now.

    Args:
        retention: what there is and what was deleted.
        backlog: what waits.
        spill: the file for what waits, if there is one.
        now_ms: milliseconds since the epoch.
    """
    total = retention.total
    yield gauge("whisk_records", "Activation records in the database.", total.records)
    yield gauge("whisk_records_bytes", "What those records take.", total.bytes)
    if retention.oldest_ms is not None:
        age_s = max(0.0, (now_ms - retention.oldest_ms) / 1_000)
        yield gauge("whisk_records_oldest_seconds", "Age of the oldest record.", age_s)
    yield Family(
        name="whisk_records_deleted",
        kind="counter",
        help="Records deleted, by the bound that they were beyond.",
        values=[({"bound": bound}, retention.deleted[bound]) for bound in BOUNDS],
    )
    yield gauge("whisk_records_waiting", "Records that wait to be written.", len(backlog))
    if spill is not None:
        yield gauge("whisk_records_in_file", "Those of them in a file.", backlog.in_file)
        yield gauge("whisk_spill_bytes", "Bytes of those records.", spill.used_bytes)
        yield counter("whisk_records_spilled", "Records that ever waited there.", spill.spilled)

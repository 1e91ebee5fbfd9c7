"""What the store keeps, deletes and holds back, for ``/metrics``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whisk_platform.common.metrics import Family, counter, gauge
from whisk_platform.stores.sql.backlog import Backlog
from whisk_platform.stores.sql.engine import DATABASE_FILE
from whisk_platform.stores.sql.retention import BOUNDS, Retention
from whisk_platform.stores.sql.spill import Spill
from whisk_platform.stores.sql.usage import Usage


def store_metrics(
    directory: Path,
    usage: Usage,
    retention: Retention,
    backlog: Backlog,
    spill: Spill[Any] | None,
    now_ms: int,
) -> Iterator[Family]:
    """Tell how things stand.

    Args:
        directory: of the state.
        usage: what the records take.
        retention: what was deleted.
        backlog: what waits.
        spill: the file for what waits, if there is one.
        now_ms: milliseconds since the epoch.
    """
    total = usage.total()
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
    yield gauge("whisk_store_file_bytes", "Size of the database file.", _size(directory))
    yield gauge("whisk_records_in_file", "Records that wait in the spill file.", backlog.in_file)
    if spill is not None:
        yield gauge("whisk_spill_bytes", "Bytes of those records.", spill.used_bytes)
        yield counter("whisk_records_spilled", "Records that ever waited there.", spill.spilled)


def _size(directory: Path) -> int:
    try:
        return os.stat(directory / DATABASE_FILE).st_size
    except OSError:
        return 0

"""Store growth: what the first records cost, what the last ones, and how lists fare meanwhile.

``python -m tests.bench.storegrowth [--full]`` writes 200,000 records, or a million, and prints one
JSON document. Retention is off, so that the database does grow.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.conformance.stores.samples import activation
from whisk_platform.spi.stores import ActivationFilter
from whisk_platform.stores.sql.engine import DATABASE_FILE
from whisk_platform.stores.sql.provider import SqliteStores
from whisk_platform.stores.sql.settings import KEEP_ALL, SqliteSettings

QUICK, FULL = 200_000, 1_000_000
ACTIONS = 50
BATCH = 2_000
LISTS = 1_000
"""Lists that are timed: a p99 of fewer is none."""

_GUEST = ActivationFilter(namespace="guest")
_ONE = ActivationFilter(namespace="guest", name="a7")


async def measured(
    directory: Path, total: int, lists: int = LISTS, part: int = 0
) -> dict[str, Any]:
    """Fill a store and say what that took.

    Args:
        directory: where the store is made.
        total: records, at least 100,000 to tell the first from the last ones.
        lists: how many of each sort.
        part: records between two looks at the clock; 0 = 100,000, or half of all.
    """
    stores = SqliteStores(SqliteSettings(directory=directory, retention=KEEP_ALL))
    await stores.open()
    part = part or min(100_000, total // 2)
    rates: list[dict[str, float]] = []
    for start in range(0, total, part):
        rates.append(await _filled(stores, start, min(part, total - start)))
    times = {
        "200 of all": await _listed(stores, _GUEST, lists),
        "200 of one action": await _listed(stores, _ONE, lists),
    }
    await stores.close()
    size = (directory / DATABASE_FILE).stat().st_size
    return {
        "records": total,
        "part": part,
        "records_per_s": [round(each["wall"]) for each in rates],
        "records_per_cpu_s": [round(each["cpu"]) for each in rates],
        "last_over_first_cpu": round(rates[-1]["cpu"] / rates[0]["cpu"], 3),
        "last_over_first": round(rates[-1]["wall"] / rates[0]["wall"], 3),
        "bytes_per_record": round(size / total, 1),
        "list_ms": times,
    }


async def _filled(stores: SqliteStores, start: int, count: int) -> dict[str, float]:
    """Hand over records as fast as they are written; how many a second."""
    made = [activation(f"a{n % ACTIONS}", wait=n % 9) for n in range(start, start + count)]
    began, cpu = time.perf_counter(), time.process_time()
    for first in range(0, count, BATCH):
        for record in made[first : first + BATCH]:
            stores.activations.store(record)
        if not first % (4 * BATCH):
            await stores.activations.flush()
    await stores.activations.flush()
    return {
        "wall": count / (time.perf_counter() - began),
        "cpu": count / (time.process_time() - cpu),
    }


async def _listed(stores: SqliteStores, wanted: ActivationFilter, lists: int) -> dict[str, float]:
    times: list[float] = []
    for _ in range(lists):
        began = time.perf_counter()
        found = await stores.activations.list(wanted, skip=0, limit=200, docs=False)
        times.append(1_000 * (time.perf_counter() - began))
        assert len(found) == 200, "the store is filled"
    times.sort()
    return {
        "p50": round(times[lists // 2], 2),
        "p99": round(times[lists * 99 // 100], 2),
        "n": lists,
    }


def main() -> None:
    """Measure, and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="a million records")
    parser.add_argument("--directory", type=Path, help="where; by default a temporary one")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.directory) as directory:
        seen = asyncio.run(measured(Path(directory) / "state", FULL if chosen.full else QUICK))
    sys.stdout.write(json.dumps(seen, indent=2) + "\n")


if __name__ == "__main__":
    main()

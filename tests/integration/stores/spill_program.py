"""Holds the database locked against a store, lets records spill, and is killed; run by a test.

Arguments: the state directory, and how many records to hand over.
"""

import asyncio
import os
import signal
import sqlite3
import sys
from pathlib import Path

from tests.conformance.stores.samples import activation, entry
from whisk_platform.stores.sql.engine import DATABASE_FILE
from whisk_platform.stores.sql.provider import SqliteStores
from whisk_platform.stores.sql.settings import SqliteSettings


async def main(directory: Path, count: int) -> None:
    """Print the ids of what was handed over, and die."""
    stores = SqliteStores(SqliteSettings(directory=directory, queue_records=100))
    await stores.open()
    first = entry()
    await stores.activations.accept(first)
    await stores.activations.mark_started(first.activation_id)
    holder = sqlite3.connect(directory / DATABASE_FILE, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    ids = []
    for number in range(count):
        made = activation("a", start=1_700_000_000_000 + number)
        if number == count - 1:
            made = activation("a", activation_id=first.activation_id)
        stores.activations.store(made)
        ids.append(made.activation_id)
    sys.stdout.write("\n".join(ids) + "\n")
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))

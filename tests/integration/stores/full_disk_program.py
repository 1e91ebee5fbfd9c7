"""Fills the disk under a store, makes room again, and says what it saw; run by a test.

Arguments: a directory on a file system of a few megabytes.
"""

import asyncio
import json
import sys
from pathlib import Path

from tests.conformance.stores.samples import activation, document, entry
from tests.waiting import eventually
from whisk_platform.common.errors import StoreError
from whisk_platform.common.ids import ActivationId
from whisk_platform.spi.stores import ActivationFilter
from whisk_platform.stores.sql.provider import SqliteStores
from whisk_platform.stores.sql.settings import SqliteSettings

BOUND = 300
BALLAST_BYTES = 2_000_000
LOGS = ("x" * 900,)


async def _fill(stores: SqliteStores) -> tuple[list[ActivationId], str]:
    """Store and flush until the disk refuses; the ids stored and the refusal."""
    ids: list[ActivationId] = []
    while True:
        for _ in range(20):
            record = activation(logs=LOGS)
            stores.activations.store(record)
            ids.append(record.activation_id)
        try:
            await stores.activations.flush()
        except StoreError as error:
            return ids, f"{type(error).__name__} {error.status} {error.message}"


async def _outcome(work: object) -> str:
    try:
        await work  # type: ignore[misc]
    except StoreError as error:
        return type(error).__name__
    return "done"


async def _flushed(stores: SqliteStores) -> bool:
    return await _outcome(stores.activations.flush()) == "done"


async def main(directory: Path) -> dict[str, object]:
    ballast = directory / "ballast"
    ballast.write_bytes(bytes(BALLAST_BYTES))
    settings = SqliteSettings(directory=directory / "state", queue_records=BOUND)
    stores = SqliteStores(settings)
    await stores.open()
    first = entry()
    await stores.activations.accept(first)
    ids, refusal = await _fill(stores)
    seen: dict[str, object] = {"refusal": refusal}
    large = bytes(1_000_000)
    seen["accept"] = await _outcome(stores.activations.accept(entry(message=large)))
    seen["put"] = await _outcome(stores.artifacts.put(document("a", attachment=large)))
    seen["room before the bound"] = stores.activations.has_room()
    while stores.activations.has_room():
        record = activation(logs=LOGS)
        stores.activations.store(record)
        ids.append(record.activation_id)
    seen["accept beyond the bound"] = await _outcome(stores.activations.accept(entry()))
    last = await stores.activations.get("guest", ids[-1])
    seen["the last one is found"] = last is not None and last.logs == LOGS
    ballast.unlink()
    await eventually(lambda: _flushed(stores), "the store to write again")
    seen["room afterwards"] = stores.activations.has_room()
    seen["accept afterwards"] = await _outcome(stores.activations.accept(entry()))
    await stores.close()
    await stores.open()
    counted = await stores.activations.count(ActivationFilter(namespace="guest"))
    seen["every record is there"] = counted == len(set(ids)) > BOUND
    seen["pending"] = len(await stores.activations.pending())
    await stores.close()
    return seen


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main(Path(sys.argv[1])))))

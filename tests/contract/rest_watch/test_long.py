"""A watch over many thousands of events that breaks off again and again."""

import random

import pytest

from tests.conformance.stores.samples import activation
from tests.contract.rest_watch.conftest import Served
from tests.contract.rest_watch.viewer import Viewer
from tests.waiting import eventually
from whisk_platform.common.positions import new_position
from whisk_platform.controller.api.activations.watch import MISSED

EVENTS = 12_000
BATCH = 300
"""Fewer than may be missed, and enough to be in the middle of everything when it breaks off."""
HELD_BYTES = 2 * BATCH * 1_000
"""Of what a batch and the rest of the one before it come to, with room."""


def _end(served: Served, count: int) -> list[str]:
    """Let so many activations end, as the invoker does."""
    ids: list[str] = []
    for _ in range(count):
        record = activation("a")
        position = served.platform.stores.activations.store(record)
        served.platform.services.activity.hub.ended(record, position)
        ids.append(record.activation_id)
    return ids


@pytest.mark.parametrize("seed", [0, 1])
async def test_each_of_thousands_of_events_is_told_once_and_in_order(
    served: Served, seed: int
) -> None:
    """No gap, nothing twice, and what is held for the watcher does not grow with what was told."""
    chance = random.Random(seed)
    assert 2 * BATCH < MISSED
    hub = served.platform.services.activity.hub
    happened: list[str] = []
    seen: list[str] = []
    most, streams = 0, 0
    last: int = new_position()

    def happen(count: int) -> None:
        nonlocal most
        happened.extend(_end(served, count))
        most = max(most, hub.counts().held_bytes)

    while len(happened) < EVENTS:
        away = chance.randint(0, BATCH)
        happen(away)
        async with served.watch(headers={"Last-Event-ID": str(last)}) as viewer:
            streams += 1
            happen(BATCH - away)
            # Break off anywhere: before the first event, in the middle, or after the last one.
            wanted = chance.randint(0, len(happened) - len(seen))
            await _some(viewer, wanted)
            ends, last = list(viewer.ends), viewer.last_id
        seen += ends
        assert not viewer.of("gap")
        assert not viewer.of("overflow")
        await served.platform.stores.activations.flush()
        if len(happened) - len(seen) > MISSED - BATCH:
            last = await _catch_up(served, last, seen, happened)
            streams += 1
    await _catch_up(served, last, seen, happened)
    assert streams >= EVENTS // BATCH
    assert seen == happened
    assert most <= HELD_BYTES
    await eventually(lambda: not hub.watches("guest"), "the last watcher to be gone")
    assert hub.counts().held_bytes == 0
    assert hub.counts().overflows == 0


async def _some(viewer: Viewer, count: int) -> None:
    await viewer.until(lambda: len(viewer.ends) >= count, f"{count} ends")


async def _catch_up(served: Served, last: int, seen: list[str], happened: list[str]) -> int:
    """Read everything that is missing, and return the new place."""
    async with served.watch(headers={"Last-Event-ID": str(last)}) as viewer:
        await _some(viewer, len(happened) - len(seen))
        seen += viewer.ends
        return viewer.last_id

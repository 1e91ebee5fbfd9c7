"""Coming back: what was missed is told again, once, and then it goes on live."""

import asyncio
import random
from pathlib import Path

import msgspec
import pytest

from tests.conformance.stores.samples import activation
from tests.contract.rest.caller import Caller
from tests.contract.rest_watch.conftest import Served, serve
from tests.contract.rest_watch.viewer import Viewer
from whisk_platform.common.positions import new_position
from whisk_platform.controller.api.activations.watch import MISSED
from whisk_platform.entities.activation import Activation, Response, StatusCode


def _end(served: Served, name: str = "a", **how: object) -> Activation:
    """Let an activation end, as the invoker does."""
    record = activation(name, **how)  # type: ignore[arg-type]
    position = served.platform.stores.activations.store(record)
    served.platform.services.activity.hub.ended(record, position)
    return record


def _back(viewer: Viewer) -> dict[str, str]:
    return {"Last-Event-ID": str(viewer.last_id)}


async def _last(served: Served, viewer: Viewer) -> None:
    """Wait until a sign that comes after everything else has come."""
    sign = _end(served, "sign")
    await viewer.until(lambda: sign.activation_id in viewer.ends, "the last sign")


async def test_ends_that_were_missed_are_told_in_the_order_in_which_they_ended(
    served: Served,
) -> None:
    async with served.watch() as viewer:
        first = _end(served)
        await viewer.until_told("end")
    missed = [_end(served, start=1_700_000_000_000 - number) for number in range(5)]
    async with served.watch(headers=_back(viewer)) as again:
        live = _end(served)
        await again.until_told("end", 6)
        await _last(served, again)
    ids = [record.activation_id for record in (*missed, live)]
    assert again.ends[:-1] == ids
    assert first.activation_id not in again.ends
    assert [told.event for told in again.told] == ["end"] * 7


async def test_what_is_told_again_looks_as_it_would_have(served: Served) -> None:
    for query in ("", "&docs=true"):
        async with served.watch(query) as begun, served.watch(query) as viewer:
            pass
        async with served.watch(query) as viewer:
            _end(served, logs=("2024-02-01T10:11:12.123456789Z stdout: x",), result=b'{"a":\n1.10}')
            (live,) = await viewer.until_told("end")
        async with served.watch(query, headers=_back(begun)) as again:
            (told,) = await again.until_told("end")
        assert told == live


async def test_nothing_missed_is_nothing_told(served: Served) -> None:
    async with served.watch() as viewer:
        _end(served)
        await viewer.until_told("end")
    async with served.watch(headers=_back(viewer)) as again:
        await _last(served, again)
    assert len(again.ends) == 1


async def test_filters_hold_for_what_is_told_again(served: Served) -> None:
    async with served.watch() as viewer:
        pass
    failed = _end(served, "a")
    served.platform.stores.activations.store(
        msgspec.structs.replace(
            activation("b"), response=Response(status_code=StatusCode.INTERNAL_ERROR)
        )
    )
    for query, names in (
        ("&name=a", ["a"]),
        ("&name=c", []),
        ("&status=internal%20error", ["b"]),
        ("&kind=python:3.11", ["a", "b"]),
        ("&kind=php:8.2", []),
        ("&minDuration=8", []),
        ("&events=start,log", []),
    ):
        async with served.watch(query, headers=_back(viewer)) as again:
            async with served.watch() as sign:
                await _last(served, sign)
            assert [name for _, name in again.names() if name != "sign"] == names, query
    assert failed.name == "a"


async def test_since_is_a_beginning_too(served: Served) -> None:
    before = _end(served)
    await served.platform.stores.activations.flush()
    since = new_position() // 1_000 + 1
    await asyncio.to_thread(_pass, since)
    after = _end(served)
    async with served.watch(f"&since={since}") as viewer:
        await viewer.until_told("end")
        await _last(served, viewer)
    assert viewer.ends[0] == after.activation_id
    assert before.activation_id not in viewer.ends
    async with served.watch(f"&since={since}", headers=_back(viewer)) as again:
        await _last(served, again)
    assert len(again.ends) == 1, "the id wins"


def _pass(moment_ms: int) -> None:
    """Wait until the clock has passed a millisecond."""
    while new_position() <= moment_ms * 1_000:
        pass


async def test_more_than_is_told_again_is_told_to_be_missing(served: Served) -> None:
    async with served.watch() as viewer:
        pass
    records = [_end(served) for _ in range(MISSED + 5)]
    async with served.watch(headers=_back(viewer)) as again:
        await again.until_told("end", MISSED)
        await _last(served, again)
    assert again.told[0].event == "gap"
    assert again.told[0].data == {
        "reason": f"More was missed than is told again: only the newest {MISSED} ends, and no"
        " older ones."
    }
    assert again.ends[:-1] == [record.activation_id for record in records[5:]]


async def test_an_id_of_the_future_is_waited_for_by_nobody(served: Served) -> None:
    headers = {"Last-Event-ID": "9" * 18}
    async with served.watch(headers=headers) as viewer:
        record = _end(served)
        await viewer.until_told("end")
    assert viewer.ends == [record.activation_id]


async def test_a_place_is_kept_across_a_restart(tmp_path: Path) -> None:
    async with serve(tmp_path) as served, served.watch() as viewer:
        first = _end(served)
        await viewer.until_told("end")
    async with serve(tmp_path) as served:
        missed = _end(served)
        async with served.watch(headers=_back(viewer)) as again:
            await again.until_told("end")
            await _last(served, again)
    assert first.activation_id not in again.ends
    assert again.ends[0] == missed.activation_id


@pytest.mark.parametrize("seed", range(3))
async def test_whoever_comes_and_goes_under_load_gets_each_end_exactly_once(
    served: Served, guest: Caller, seed: int
) -> None:
    """Several clients that break off at random, while calls end all the time."""
    chance = random.Random(seed)
    await served.platform.action("guest/a")
    called: list[str] = []

    async def call(count: int) -> None:
        for _ in range(count):
            called.append((await guest.post("actions/a", {}, blocking=True)).json["activationId"])

    async def follow() -> list[str]:
        seen: list[str] = []
        headers = {"Last-Event-ID": str(beginning)}
        while True:
            query = chance.choice(["&events=end", "&events=end&docs=true", ""])
            async with served.watch(query, headers=headers) as viewer:
                await _some(viewer, chance.randint(0, 30))
                # Whatever comes while the connection is being closed was not read.
                ends, headers = list(viewer.ends), _back(viewer)
                seen += ends
                if "sign" in _names(viewer):
                    return seen

    beginning = new_position()
    following = [asyncio.create_task(follow()) for _ in range(4)]
    await asyncio.gather(*(call(40) for _ in range(5)))
    await served.platform.stores.activations.flush()
    sign = _end(served, "sign")
    for seen in await asyncio.gather(*following):
        assert len(seen) == len(set(seen))
        assert set(seen) == {*called, sign.activation_id}


async def _some(viewer: Viewer, count: int) -> None:
    """Wait for so many ends, or for the last one."""
    await viewer.until(
        lambda: len(viewer.ends) >= count or "sign" in _names(viewer), f"{count} ends"
    )


def _names(viewer: Viewer) -> set[str]:
    return {name for _, name in viewer.names()}

"""Records by status, kind and duration, alone and together with the other filters."""

import dataclasses
from itertools import product
from typing import Any

import msgspec
import pytest

from tests.conformance.stores.samples import START, activation, parameters
from whisk_platform.entities.activation import Activation, Response, StatusCode
from whisk_platform.spi.stores import ActivationFilter, Stores

GUEST = ActivationFilter(namespace="guest")


def _record(number: int, kind: str | None, status: StatusCode, duration: int | None) -> Activation:
    name = f"a{number % 3}"
    record = activation(name, start=START + number // 2)
    annotations = {"path": f'"guest/{name}"'.encode()}
    if kind is not None:
        annotations["kind"] = f'"{kind}"'.encode()
    return msgspec.structs.replace(
        record,
        annotations=parameters(annotations),
        response=Response(status_code=status),
        end=None if duration is None else record.start + 100,
        duration=duration,
    )


RECORDS = [
    _record(number, kind, status, duration)
    for number, (kind, status, duration) in enumerate(
        product(("python:3.11", "nodejs:20", "sequence", None), StatusCode, (None, 0, 100, 4_711))
    )
]


def _matches(record: Activation, wanted: ActivationFilter) -> bool:
    return (
        (wanted.statuses is None or record.response.status_code in wanted.statuses)
        and (wanted.kinds is None or record.kind in wanted.kinds)
        and (
            wanted.min_duration is None
            or (record.duration is not None and record.duration >= wanted.min_duration)
        )
        and (wanted.name is None or record.name == wanted.name)
        and (wanted.since is None or record.start >= wanted.since)
        and (wanted.upto is None or record.start <= wanted.upto)
    )


FAILED = frozenset((StatusCode.APPLICATION_ERROR, StatusCode.INTERNAL_ERROR))

FILTERS: dict[str, dict[str, Any]] = {
    "one status": {"statuses": frozenset((StatusCode.SUCCESS,))},
    "two statuses": {"statuses": FAILED},
    "one kind": {"kinds": frozenset(("python:3.11",))},
    "two kinds": {"kinds": frozenset(("nodejs:20", "sequence"))},
    "a kind that nothing has": {"kinds": frozenset(("php:8.2",))},
    "no duration is no short one": {"min_duration": 0},
    "a duration that is the elapsed time": {"min_duration": 100},
    "a duration of its own": {"min_duration": 101},
    "longer than anything": {"min_duration": 4_712},
    "all together": {
        "statuses": FAILED,
        "kinds": frozenset(("python:3.11", "sequence")),
        "min_duration": 1,
        "name": "a1",
        "since": START + 2,
        "upto": START + 20,
    },
}


@pytest.mark.parametrize("filters", FILTERS.values(), ids=list(FILTERS))
async def test_a_list_and_its_count_have_exactly_what_matches(
    stores: Stores, filters: dict[str, Any]
) -> None:
    for record in RECORDS:
        stores.activations.store(record)
    await stores.activations.flush()
    wanted = dataclasses.replace(GUEST, **filters)
    expected = {record.activation_id for record in RECORDS if _matches(record, wanted)}
    found = await stores.activations.list(wanted, skip=0, limit=0, docs=False)
    assert {record.activation_id for record in found} == expected
    assert [record.start for record in found] == sorted((r.start for r in found), reverse=True)
    assert await stores.activations.count(wanted) == len(expected)
    page = await stores.activations.list(wanted, skip=1, limit=2, docs=True)
    assert [r.activation_id for r in page] == [r.activation_id for r in found[1:3]]


async def test_an_action_that_changes_its_kind_is_found_under_both(stores: Stores) -> None:
    old, new = (
        _record(0, "nodejs:18", StatusCode.SUCCESS, 1),
        _record(3, "nodejs:20", StatusCode.SUCCESS, 1),
    )
    stores.activations.store(old)
    stores.activations.store(new)
    await stores.activations.flush()
    for kind, record in (("nodejs:18", old), ("nodejs:20", new)):
        wanted = dataclasses.replace(GUEST, kinds=frozenset((kind,)), name="a0")
        found = await stores.activations.list(wanted, skip=0, limit=0, docs=False)
        assert [r.activation_id for r in found] == [record.activation_id]

"""Records: kept to the byte, found at once, listed newest first."""

import dataclasses

import msgspec
import pytest

from tests.conformance.stores.samples import START, activation, parameters, plain
from whisk_platform.common.ids import ActivationId, new_activation_id
from whisk_platform.common.jsontext import RawJSON
from whisk_platform.entities.activation import Activation, Response, StatusCode
from whisk_platform.entities.printed import Printed
from whisk_platform.spi.stores import ActivationFilter, Stores

GUEST = ActivationFilter(namespace="guest")

ODD = {
    "a trigger": msgspec.structs.replace(activation("t"), end=None, duration=None),
    "a sequence": msgspec.structs.replace(
        activation("s", logs=("component1", "component2")), duration=4_711
    ),
    "an end without a duration": msgspec.structs.replace(activation("x"), duration=None),
    "a failure": msgspec.structs.replace(
        activation("f"),
        response=Response(
            status_code=StatusCode.DEVELOPER_ERROR, result=RawJSON(b'{"error":"no"}')
        ),
    ),
    "a component": msgspec.structs.replace(
        activation("c"), cause=ActivationId("0" * 31 + "f"), publish=True
    ),
    "no annotations": msgspec.structs.replace(activation("n"), annotations=parameters({})),
    "annotations nobody knows": msgspec.structs.replace(
        activation("u"),
        annotations=parameters({"x": b'{"deep": [1.10]}', "path": b'"guest/u"', "y": b"null"}),
    ),
    "numbers no machine has": activation(result=b'{"a": 1.10, "b":1e400,\n"c":0.1000000000000001}'),
    "text no machine should have": activation(
        result=b'{"a":"\\ud800"}', logs=("caf\u00e9 \U0001f600", "\ud800", "tab\tand\x00zero", "")
    ),
    "a long log": activation(logs=tuple(f"line {number}" for number in range(5_000))),
    "what was printed": msgspec.structs.replace(
        activation(),
        logs=Printed(((START, "stdout", b"one\n\xfftwo"), (START + 1, "stderr", b""))),
    ),
    "a random id": activation(activation_id=ActivationId("f" * 32)),
}


async def _store(stores: Stores, *records: Activation) -> None:
    for record in records:
        stores.activations.store(record)
    await stores.activations.flush()


async def _listed(
    stores: Stores, wanted: ActivationFilter, skip: int = 0, limit: int = 0
) -> list[str]:
    found = await stores.activations.list(wanted, skip=skip, limit=limit, docs=False)
    return [record.name for record in found]


@pytest.mark.parametrize("record", ODD.values(), ids=list(ODD))
async def test_a_record_is_kept_to_the_byte(stores: Stores, record: Activation) -> None:
    await _store(stores, activation("hello"), record)
    found = await stores.activations.get("guest", record.activation_id)
    assert found is not None
    assert plain(found) == plain(record)


async def test_a_record_is_found_before_it_is_written(stores: Stores) -> None:
    record = activation()
    stores.activations.store(record)
    found = await stores.activations.get("guest", record.activation_id)
    assert found is not None
    assert plain(found) == plain(record)


async def test_a_record_is_found_in_its_own_namespace_only(stores: Stores) -> None:
    record = activation()
    stores.activations.store(record)
    assert await stores.activations.get("other", record.activation_id) is None
    await stores.activations.flush()
    assert await stores.activations.get("other", record.activation_id) is None


@pytest.mark.parametrize("wrong", ["0" * 32, "nonsense", "", "g" * 32])
async def test_an_unknown_id_reads_as_none(stores: Stores, wrong: str) -> None:
    assert await stores.activations.get("guest", ActivationId(wrong)) is None


async def test_a_list_is_newest_first_by_start(stores: Stores) -> None:
    await _store(stores, *(activation(f"a{n}", start=START + n) for n in (2, 0, 3, 1)))
    assert await _listed(stores, GUEST) == ["a3", "a2", "a1", "a0"]
    assert await _listed(stores, GUEST, skip=1, limit=2) == ["a2", "a1"]


async def test_a_list_has_result_and_logs_only_when_asked_for(stores: Stores) -> None:
    record = activation(logs=("one", "two"))
    await _store(stores, record)
    (full,) = await stores.activations.list(GUEST, skip=0, limit=30, docs=True)
    assert plain(full) == plain(record)
    (short,) = await stores.activations.list(GUEST, skip=0, limit=30, docs=False)
    assert plain(short) == {**plain(record), "result": b"{}", "logs": ()}


async def test_since_and_upto_include_their_own_millisecond(stores: Stores) -> None:
    await _store(stores, *(activation(f"a{n}", start=START + n) for n in range(5)))
    wanted = dataclasses.replace(GUEST, since=START + 1, upto=START + 3)
    assert await _listed(stores, wanted) == ["a3", "a2", "a1"]
    assert await stores.activations.count(wanted) == 3


async def test_a_simple_name_matches_what_is_in_no_package(stores: Stores) -> None:
    """Contract §2.6.5: default-package actions, triggers and sequences."""
    trigger = msgspec.structs.replace(activation("a", start=START + 3), annotations=parameters({}))
    await _store(
        stores,
        activation("a", start=START),
        activation("a", path="guest/p/a", start=START + 1),
        activation("a", path="other/a", start=START + 2),
        trigger,
        activation("b", start=START + 4),
    )
    found = await stores.activations.list(
        dataclasses.replace(GUEST, name="a"), skip=0, limit=0, docs=False
    )
    assert [record.start - START for record in found] == [3, 2, 0]


async def test_a_packaged_name_matches_provider_and_binding(stores: Stores) -> None:
    """Contract §2.6.5 and appendix D 12."""
    await _store(
        stores,
        activation("a", start=START),
        activation("a", path="guest/p/a", start=START + 1),
        activation("a", path="whisk.system/p/a", binding="guest/mine", start=START + 2),
        activation("a", path="guest/q/a", start=START + 3),
        activation("b", path="guest/p/b", start=START + 4),
    )
    for name, starts in (("p/a", [2, 1]), ("mine/a", [2]), ("q/a", [3]), ("p/b", [4]), ("a", [0])):
        wanted = dataclasses.replace(GUEST, name=name)
        found = await stores.activations.list(wanted, skip=0, limit=0, docs=False)
        assert [record.start - START for record in found] == starts, name
        assert await stores.activations.count(wanted) == len(starts), name


async def test_pages_go_through_a_name_that_comes_from_several_packages(stores: Stores) -> None:
    records = [
        activation(
            "a",
            path=("guest/p/a", "x/p/a")[n % 2],
            binding=(None, "guest/b")[n % 2],
            start=START + n,
        )
        for n in range(20)
    ]
    await _store(stores, *records)
    wanted = dataclasses.replace(GUEST, name="p/a", since=START + 2)
    seen: list[int] = []
    for skip in range(0, 20, 7):
        page = await stores.activations.list(wanted, skip=skip, limit=7, docs=True)
        seen.extend(record.start - START for record in page)
    assert seen == list(range(19, 1, -1))


async def test_a_name_or_namespace_without_records_lists_nothing(stores: Stores) -> None:
    await _store(stores, activation())
    for wanted in (ActivationFilter(namespace="other"), dataclasses.replace(GUEST, name="none")):
        assert await _listed(stores, wanted) == []
        assert await stores.activations.count(wanted) == 0


async def test_new_versions_of_an_action_stay_under_its_name(stores: Stores) -> None:
    records = [
        msgspec.structs.replace(activation("a", start=START + n), version=f"0.0.{n}")
        for n in range(4)
    ]
    await _store(stores, *records)
    found = await stores.activations.list(
        dataclasses.replace(GUEST, name="a"), skip=0, limit=3, docs=True
    )
    assert [record.version for record in found] == ["0.0.3", "0.0.2", "0.0.1"]


async def test_many_records_at_once_are_all_there(stores: Stores) -> None:
    records = [activation(f"a{n % 7}", start=START + n, wait=n) for n in range(777)]
    await _store(stores, *records)
    assert await stores.activations.count(GUEST) == 777
    found = await stores.activations.list(GUEST, skip=0, limit=0, docs=True)
    assert [plain(record) for record in found] == [plain(record) for record in reversed(records)]


async def test_a_namespace_that_stores_nothing_leaves_no_record(stores: Stores) -> None:
    record = activation()
    stores.activations.store(record, record=False)
    assert await stores.activations.get("guest", record.activation_id) is None
    await stores.activations.flush()
    assert await stores.activations.get("guest", record.activation_id) is None
    assert await stores.activations.count(GUEST) == 0


async def test_an_empty_store_has_room_and_nothing_to_flush(stores: Stores) -> None:
    assert stores.activations.has_room()
    await stores.activations.flush()
    assert await stores.activations.get("guest", new_activation_id()) is None

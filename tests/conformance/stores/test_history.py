"""Records in the order in which they were handed over: what a watcher missed is read from there."""

import dataclasses

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.conformance.stores.samples import START, activation
from whisk_platform.common.positions import Position, go_on_from, new_position
from whisk_platform.entities.activation import Response, StatusCode
from whisk_platform.spi.stores import ActivationFilter, Beginning, Stores

GUEST = ActivationFilter(namespace="guest")
EVERYTHING = (1 << 62) - 1


async def _stored(stores: Stores, *names: str, namespace: str = "guest") -> list[Position]:
    """Store records whose starts run against the order in which they are stored."""
    positions = [
        stores.activations.store(activation(name, namespace=namespace, start=START - number))
        for number, name in enumerate(names)
    ]
    await stores.activations.flush()
    return positions


async def _names(
    stores: Stores, wanted: ActivationFilter = GUEST, after: int = 0, upto: int = EVERYTHING
) -> list[str]:
    found = await stores.activations.history(wanted, after=after, upto=upto, limit=9)
    return [settled.activation.name for settled in found]


async def test_what_is_stored_later_has_a_greater_position(stores: Stores) -> None:
    positions = await _stored(stores, "a", "b", "c")
    assert positions == sorted(set(positions))
    assert positions[-1] < new_position()


async def test_a_history_is_in_the_order_of_storing_whatever_the_starts(stores: Stores) -> None:
    positions = await _stored(stores, "a", "b", "c", "d")
    found = await stores.activations.history(GUEST, after=0, upto=EVERYTHING, limit=9)
    assert [settled.activation.name for settled in found] == ["a", "b", "c", "d"]
    assert [settled.position for settled in found] == positions
    assert {bytes(settled.activation.response.result) for settled in found} == {b"{}"}


async def test_after_is_exclusive_and_upto_inclusive(stores: Stores) -> None:
    one, two, three, _ = await _stored(stores, "a", "b", "c", "d")
    for after, upto, names in (
        (one, three, ["b", "c"]),
        (one - 1, one, ["a"]),
        (two, two, []),
        (EVERYTHING, EVERYTHING, []),
    ):
        assert await _names(stores, after=after, upto=upto) == names


async def test_pages_of_a_history_join_without_gap_or_overlap(stores: Stores) -> None:
    positions = await _stored(stores, *(f"a{number}" for number in range(23)))
    seen: list[Position] = []
    after = 0
    while page := await stores.activations.history(GUEST, after=after, upto=positions[-3], limit=5):
        seen += [settled.position for settled in page]
        after = seen[-1]
    assert seen == positions[:-2]


async def test_a_history_of_bounded_length_begins_late_enough(stores: Stores) -> None:
    one, two, three, four = await _stored(stores, "a", "b", "c", "d")
    for after, upto, most, beginning in (
        (0, four, 4, Beginning(after=0, complete=True)),
        (0, four, 2, Beginning(after=two, complete=False)),
        (0, three, 2, Beginning(after=one, complete=False)),
        (two, four, 2, Beginning(after=two, complete=True)),
        (four, EVERYTHING, 1, Beginning(after=four, complete=True)),
    ):
        found = await stores.activations.beginning(GUEST, after=after, upto=upto, most=most)
        assert found == beginning


async def test_a_history_honors_the_filters(stores: Stores) -> None:
    await _stored(stores, "a", "b", "a")
    await _stored(stores, "a", namespace="other")
    failed = msgspec.structs.replace(
        activation("b", start=START), response=Response(status_code=StatusCode.DEVELOPER_ERROR)
    )
    stores.activations.store(failed)
    await stores.activations.flush()
    for wanted, names in (
        (ActivationFilter(namespace="guest"), ["a", "b", "a", "b"]),
        (dataclasses.replace(GUEST, name="a"), ["a", "a"]),
        (dataclasses.replace(GUEST, name="p/a"), []),
        (dataclasses.replace(GUEST, statuses=frozenset((StatusCode.DEVELOPER_ERROR,))), ["b"]),
        (dataclasses.replace(GUEST, kinds=frozenset(("php:8",))), []),
        (ActivationFilter(namespace="nobody"), []),
    ):
        assert await _names(stores, wanted) == names
        found = await stores.activations.beginning(wanted, after=0, upto=EVERYTHING, most=1)
        assert found.complete == (len(names) <= 1)


async def test_an_empty_store_has_a_complete_and_empty_history(stores: Stores) -> None:
    assert await _names(stores) == []
    beginning = await stores.activations.beginning(GUEST, after=5, upto=9, most=9)
    assert beginning == Beginning(after=5, complete=True)


async def test_a_record_that_is_not_kept_has_a_position_but_no_history(stores: Stores) -> None:
    before = new_position()
    assert stores.activations.store(activation(), record=False) > before
    await stores.activations.flush()
    assert await _names(stores) == []


@given(st.integers(-10, 10_000_000))
def test_positions_go_on_from_what_a_former_process_gave_away(ahead: int) -> None:
    """Even where the clock was set back meanwhile."""
    known = new_position() + ahead
    go_on_from(known)
    later = new_position()
    assert later > known
    assert new_position() > later

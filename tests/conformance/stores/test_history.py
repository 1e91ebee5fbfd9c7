"""Records in the order in which they were handed over: what a watcher missed is read from there."""

import dataclasses

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.conformance.stores.samples import START, activation
from whisk_platform.common.positions import Position, go_on_from, new_position
from whisk_platform.entities.activation import Response, StatusCode
from whisk_platform.spi.stores import ActivationFilter, History, Stores

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


def _names(history: History) -> list[str]:
    return [settled.activation.name for settled in history.records]


async def test_what_is_stored_later_has_a_greater_position(stores: Stores) -> None:
    positions = await _stored(stores, "a", "b", "c")
    assert positions == sorted(set(positions))
    assert positions[-1] < new_position()


async def test_a_history_is_in_the_order_of_storing_whatever_the_starts(stores: Stores) -> None:
    positions = await _stored(stores, "a", "b", "c", "d")
    history = await stores.activations.history(GUEST, after=0, upto=EVERYTHING, limit=9)
    assert (_names(history), history.complete) == (["a", "b", "c", "d"], True)
    assert [settled.position for settled in history.records] == positions


async def test_after_is_exclusive_and_upto_inclusive(stores: Stores) -> None:
    one, two, three, _ = await _stored(stores, "a", "b", "c", "d")
    for after, upto, names in (
        (one, three, ["b", "c"]),
        (one - 1, one, ["a"]),
        (two, two, []),
        (EVERYTHING, EVERYTHING, []),
    ):
        history = await stores.activations.history(GUEST, after=after, upto=upto, limit=9)
        assert (_names(history), history.complete) == (names, True)


async def test_a_bounded_history_has_the_newest_and_says_that_there_are_older_ones(
    stores: Stores,
) -> None:
    await _stored(stores, "a", "b", "c", "d")
    history = await stores.activations.history(GUEST, after=0, upto=EVERYTHING, limit=2)
    assert (_names(history), history.complete) == (["c", "d"], False)
    history = await stores.activations.history(GUEST, after=0, upto=EVERYTHING, limit=4)
    assert history.complete


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
        history = await stores.activations.history(wanted, after=0, upto=EVERYTHING, limit=9)
        assert _names(history) == names


async def test_an_empty_store_has_a_complete_and_empty_history(stores: Stores) -> None:
    history = await stores.activations.history(GUEST, after=0, upto=EVERYTHING, limit=9)
    assert history == History(records=(), complete=True)


async def test_a_record_that_is_not_kept_has_a_position_but_no_history(stores: Stores) -> None:
    before = new_position()
    assert stores.activations.store(activation(), record=False) > before
    await stores.activations.flush()
    history = await stores.activations.history(GUEST, after=0, upto=EVERYTHING, limit=9)
    assert history.records == ()


@given(st.integers(-10, 10_000_000))
def test_positions_go_on_from_what_a_former_process_gave_away(ahead: int) -> None:
    """Even where the clock was set back meanwhile."""
    known = new_position() + ahead
    go_on_from(known)
    later = new_position()
    assert later > known
    assert new_position() > later

"""Accepted work is open until it ends, and is one controller's business at a time."""

from whisk_platform.common.ids import ActivationId, new_activation_id
from whisk_platform.spi.membership import Accepted, AcceptedWork


def work(controller: int = 0, invoker: int = 0, name: ActivationId | None = None) -> Accepted:
    return Accepted(
        activation_id=name or new_activation_id(),
        controller=controller,
        invoker=invoker,
        work=b'{"action":"guest/hello"}',
    )


async def _noted(accepted: AcceptedWork, *works: Accepted) -> None:
    for each in works:
        accepted.note(each)
    await accepted.flush()


async def test_what_was_noted_is_open_oldest_first(accepted: AcceptedWork) -> None:
    works = [work() for _ in range(300)]
    await _noted(accepted, *works)
    assert await accepted.open() == works


async def test_what_has_ended_is_not_open(accepted: AcceptedWork) -> None:
    first, second, third = work(), work(), work()
    await _noted(accepted, first, second)
    accepted.settle(first.activation_id)
    # Noted and ended within one batch.
    accepted.note(third)
    accepted.settle(third.activation_id)
    accepted.settle(new_activation_id())
    await accepted.flush()
    assert await accepted.open() == [second]


async def test_open_work_is_found_by_its_place(accepted: AcceptedWork) -> None:
    works = [work(controller, invoker) for controller in range(2) for invoker in range(3)]
    await _noted(accepted, *works)
    assert await accepted.open(controller=1) == works[3:]
    assert await accepted.open(invoker=2) == [works[2], works[5]]
    assert await accepted.open(controller=0, invoker=1) == [works[1]]
    assert await accepted.open(controller=7) == []


async def test_work_that_is_noted_again_has_moved(accepted: AcceptedWork) -> None:
    first = work(invoker=1)
    moved = work(invoker=2, name=first.activation_id)
    await _noted(accepted, first)
    await _noted(accepted, moved)
    assert await accepted.open() == [moved]


async def test_a_successor_takes_all_open_work_over(accepted: AcceptedWork) -> None:
    mine, theirs = work(controller=0), work(controller=1)
    await _noted(accepted, mine, theirs)
    taken = await accepted.take_over(1, by=0)
    assert [each.activation_id for each in taken] == [theirs.activation_id]
    assert [each.controller for each in await accepted.open()] == [0, 0]
    assert await accepted.take_over(1, by=0) == []

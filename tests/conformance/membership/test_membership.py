"""Numbers are dense, belong to one process at a time, and come back to the same name."""

import asyncio
import dataclasses

import pytest

from tests.waiting import eventually
from whisk_platform.spi.membership import LeaseLostError, Member, Membership

LONG = 60_000


async def _join(membership: Membership, *names: str) -> list[Member]:
    return [await membership.join("invoker", name, lease_ms=LONG) for name in names]


async def _expired(membership: Membership, name: str) -> Member:
    """A member whose lease has run out."""
    member = await membership.join("invoker", name, lease_ms=1)

    async def gone() -> bool:
        known = {each.name: each.alive for each in await membership.members("invoker")}
        return not known[name]

    await eventually(gone, "the lease to expire")
    return member


async def test_numbers_are_dense_in_the_order_of_joining(membership: Membership) -> None:
    members = await _join(membership, "c", "a", "b")
    assert [member.id for member in members] == [0, 1, 2]


async def test_numbers_of_different_kinds_have_nothing_to_do_with_each_other(
    membership: Membership,
) -> None:
    await _join(membership, "a")
    controller = await membership.join("controller", "a", lease_ms=LONG)
    assert controller.id == 0
    assert [member.name for member in await membership.members("controller")] == ["a"]


async def test_everybody_who_joins_at_once_gets_a_number_of_its_own(
    membership: Membership,
) -> None:
    joining = [membership.join("invoker", f"i{n}", lease_ms=LONG) for n in range(20)]
    members = await asyncio.gather(*joining)
    assert sorted(member.id for member in members) == list(range(20))


async def test_a_name_that_comes_back_gets_its_number_and_the_former_process_loses_it(
    membership: Membership,
) -> None:
    former, _ = await _join(membership, "a", "b")
    (again,) = await _join(membership, "a")
    assert again.id == former.id
    assert again.incarnation > former.incarnation
    with pytest.raises(LeaseLostError):
        await membership.renew(former, lease_ms=LONG)
    await membership.leave(former)
    await membership.renew(again, lease_ms=LONG)


async def test_a_number_is_held_until_its_lease_expires(membership: Membership) -> None:
    await _join(membership, "a")
    expired = await _expired(membership, "b")
    await _join(membership, "c")
    members = await membership.members("invoker")
    assert [(m.id, m.name, m.alive) for m in members] == [(0, "a", True), (1, "c", True)]
    with pytest.raises(LeaseLostError):
        await membership.renew(expired, lease_ms=LONG)


async def test_a_lease_that_has_expired_cannot_be_renewed(membership: Membership) -> None:
    """Others may have decided already that its work is lost."""
    expired = await _expired(membership, "a")
    with pytest.raises(LeaseLostError):
        await membership.renew(expired, lease_ms=LONG)


async def test_who_lost_its_number_to_another_gets_a_free_one(membership: Membership) -> None:
    await _expired(membership, "a")
    await _join(membership, "b")
    (again,) = await _join(membership, "a")
    assert again.id == 1


async def test_a_renewed_lease_holds(membership: Membership) -> None:
    member = await membership.join("invoker", "a", lease_ms=LONG)
    await membership.renew(member, lease_ms=2 * LONG)
    assert await membership.members("invoker") == [member]


async def test_who_leaves_frees_its_number_at_once_and_finds_it_again(
    membership: Membership,
) -> None:
    first, second = await _join(membership, "a", "b")
    await membership.leave(first)
    alive = [(each.id, each.alive) for each in await membership.members("invoker")]
    assert alive == [(0, False), (1, True)]
    (again,) = await _join(membership, "a")
    assert again.id == 0
    await membership.leave(again)
    (other,) = await _join(membership, "c")
    assert other.id == 0
    await membership.renew(second, lease_ms=LONG)


async def test_details_are_there_for_the_others(membership: Membership) -> None:
    member = await membership.join("invoker", "a", lease_ms=LONG, details=b'{"memory":512}')
    assert await membership.members("invoker") == [member]
    assert dataclasses.replace(member, details=b"") != member

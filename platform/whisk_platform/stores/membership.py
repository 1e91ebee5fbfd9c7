"""Membership and accepted work in memory, for tests and simulations; and who gets which number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from whisk_platform.common.clock import Clock
from whisk_platform.common.ids import ActivationId
from whisk_platform.spi.membership import Accepted, LeaseLostError, Member, MemberKind


class Holding(NamedTuple):
    """A number and who had it last."""

    id: int
    name: str
    alive: bool


def choose(held: Sequence[Holding], name: str) -> int:
    """The number for a name: its former one, else the lowest that nobody holds."""
    for holding in held:
        if holding.name == name:
            return holding.id
    taken = {holding.id for holding in held if holding.alive}
    return next(number for number in range(len(taken) + 1) if number not in taken)


class MemoryMembership:
    """The ``Membership`` of one process that plays several.

    Args:
        clock: tells when leases expire.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._members: dict[tuple[MemberKind, int], Member] = {}
        self._expires: dict[int, float] = {}
        self._incarnations = 0

    async def join(
        self, kind: MemberKind, name: str, *, lease_ms: int, details: bytes = b""
    ) -> Member:
        """Take a number; see the port."""
        known = await self.members(kind)
        number = choose([Holding(each.id, each.name, each.alive) for each in known], name)
        self._incarnations += 1
        member = Member(
            kind=kind, id=number, name=name, incarnation=self._incarnations, details=details
        )
        self._members[kind, number] = member
        self._extend(member, lease_ms)
        return member

    async def renew(self, member: Member, *, lease_ms: int) -> None:
        """Hold on to a number; see the port."""
        if not self._holds(member) or not self._alive(member):
            raise LeaseLostError
        self._extend(member, lease_ms)

    async def leave(self, member: Member) -> None:
        """Give a number back; see the port."""
        if self._holds(member):
            self._extend(member, 0)

    async def members(self, kind: MemberKind) -> Sequence[Member]:
        """Everybody of a kind; see the port."""
        return [
            replace(member, alive=self._alive(member))
            for (of_kind, _), member in sorted(self._members.items())
            if of_kind == kind
        ]

    def _holds(self, member: Member) -> bool:
        held = self._members.get((member.kind, member.id))
        return held is not None and held.incarnation == member.incarnation

    def _alive(self, member: Member) -> bool:
        return self._expires[member.incarnation] > self._clock.monotonic()

    def _extend(self, member: Member, lease_ms: int) -> None:
        self._expires[member.incarnation] = self._clock.monotonic() + lease_ms / 1_000


class MemoryAcceptedWork:
    """The ``AcceptedWork`` in a dictionary; it does not learn of records by itself."""

    def __init__(self) -> None:
        self._open: dict[ActivationId, Accepted] = {}

    def note(self, work: Accepted) -> None:
        """Enter it at once."""
        self._open[work.activation_id] = work

    def settle(self, activation_id: ActivationId) -> None:
        """Remove it at once."""
        self._open.pop(activation_id, None)

    async def flush(self) -> None:
        """Nothing is ever unwritten."""

    async def open(
        self, *, controller: int | None = None, invoker: int | None = None
    ) -> Sequence[Accepted]:
        """What has no record yet; see the port."""
        return [
            work
            for _, work in sorted(self._open.items())
            if controller in (None, work.controller) and invoker in (None, work.invoker)
        ]

    async def take_over(self, controller: int, *, by: int) -> Sequence[Accepted]:
        """Become the owner; see the port."""
        taken = [replace(work, controller=by) for work in await self.open(controller=controller)]
        self._open.update({work.activation_id: work for work in taken})
        return taken

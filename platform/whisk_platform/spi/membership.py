"""Which processes of a cluster there are, under what dense numbers, and what each has accepted.

Source: contract data-plane §1.1 (invoker identity: ids must be dense, because the balancer indexes
by them); design.md §5, Delivery.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from whisk_platform.common.errors import StoreError
from whisk_platform.common.ids import ActivationId

MemberKind = Literal["controller", "invoker"]


class LeaseLostError(StoreError):
    """The lease of this process has expired, or another process has its name. Join again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A process and the number that it holds."""

    kind: MemberKind
    id: int
    """0 and up, without gaps as long as nobody leaves."""
    name: str
    """Unique within the kind; the same process comes back under it."""
    incarnation: int
    """Greater with every join, whoever joins."""
    details: bytes = b""
    """What others need to know, as JSON."""
    alive: bool = True
    """Whether its lease held when this was read, by the database's clock."""


class Membership(Protocol):
    """Leases on numbers."""

    async def join(
        self, kind: MemberKind, name: str, *, lease_ms: int, details: bytes = b""
    ) -> Member:
        """Take a number: the one that the name had before, else the lowest that nobody holds.

        A number is held until its lease expires; only its own name may take it earlier, and then
        the former incarnation has lost it.

        Args:
            kind: numbers are dense within it.
            name: unique; a process that starts again gives the same one.
            lease_ms: milliseconds until the lease expires unless it is renewed.
            details: for ``members``.

        Raises:
            StoreError: the database cannot be reached.
        """

    async def renew(self, member: Member, *, lease_ms: int) -> None:
        """Hold on to a number for so many milliseconds more.

        Raises:
            LeaseLostError: the lease has expired, or a later incarnation holds it.
            StoreError: the database cannot be reached.
        """

    async def leave(self, member: Member) -> None:
        """Give a number back, unless it is lost already; the name is remembered."""

    async def members(self, kind: MemberKind) -> Sequence[Member]:
        """Everybody of a kind in the order of ids, also those whose leases have expired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Work that was handed to the broker and has no record."""

    activation_id: ActivationId
    controller: int
    """Who accepted it, and writes the record if it is lost."""
    invoker: int
    """To whom it was sent."""
    work: bytes
    """What its owner needs for the record, encoded by its owner."""


class AcceptedWork(Protocol):
    """A list of them that lags a little: nobody waits for it."""

    def note(self, work: Accepted) -> None:
        """Queue an entry for the next batch; noted again, it has moved."""

    def settle(self, activation_id: ActivationId) -> None:
        """Queue the end of work whose record another process writes, or that needs none."""

    async def flush(self) -> None:
        """Wait until everything queued so far is written.

        Raises:
            StoreError: an attempt failed; what is queued stays queued and is tried again.
        """

    async def open(
        self, *, controller: int | None = None, invoker: int | None = None
    ) -> Sequence[Accepted]:
        """What has no record yet, oldest first, of one controller or one invoker or both."""

    async def take_over(self, controller: int, *, by: int) -> Sequence[Accepted]:
        """Become the owner of all open work of a controller that is gone.

        Args:
            controller: whose.
            by: the new owner; may be the same, after a restart.

        Returns:
            What is this process's business now and nobody else's.
        """

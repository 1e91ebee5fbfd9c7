"""Numbers under lease: who decides holds the lock on the row of the kind.

Time is the database's, so that the clocks of several machines need not agree.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from whisk_platform.spi.membership import LeaseLostError, Member, MemberKind
from whisk_platform.stores.membership import Holding, choose
from whisk_platform.stores.sql.postgres.sessions import Sessions

_KNOW = text("INSERT INTO member_kinds VALUES (:kind) ON CONFLICT DO NOTHING")
_LOCK = text("SELECT FROM member_kinds WHERE kind = :kind FOR UPDATE")
_HELD = text(
    "SELECT id, name, expires > clock_timestamp() AS alive FROM members WHERE kind = :kind"
    " ORDER BY id"
)
_EXPIRY = "clock_timestamp() + :lease_ms * interval '1 millisecond'"
_CLEAR = text("DELETE FROM members WHERE kind = :kind AND (id = :id OR name = :name)")
_TAKE = text(
    "INSERT INTO members (kind, id, name, incarnation, details, expires)"
    f" VALUES (:kind, :id, :name, nextval('member_incarnations'), :details, {_EXPIRY})"
    " RETURNING incarnation"
)
_MINE = "kind = :kind AND id = :id AND incarnation = :incarnation"
_RENEW = text(
    f"UPDATE members SET expires = {_EXPIRY} WHERE {_MINE} AND expires > clock_timestamp()"
)
_LEAVE = text(f"UPDATE members SET expires = '-infinity' WHERE {_MINE}")
_MEMBERS = text(
    "SELECT id, name, incarnation, details, expires > clock_timestamp() AS alive FROM members"
    " WHERE kind = :kind ORDER BY id"
)


class PostgresMembership:
    """The ``Membership`` in the table ``members``.

    Args:
        sessions: how the database is reached.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def join(
        self, kind: MemberKind, name: str, *, lease_ms: int, details: bytes = b""
    ) -> Member:
        """Take a number; see the port."""

        def change(connection: Connection) -> Member:
            _lock(connection, kind)
            held = [Holding(*row) for row in connection.execute(_HELD, {"kind": kind})]
            number = choose(held, name)
            place: dict[str, object] = {"kind": kind, "id": number, "name": name}
            connection.execute(_CLEAR, place)
            values = {**place, "details": details, "lease_ms": lease_ms}
            incarnation = connection.execute(_TAKE, values).scalar_one()
            return Member(kind=kind, id=number, name=name, incarnation=incarnation, details=details)

        return await self._sessions.alone(change)

    async def renew(self, member: Member, *, lease_ms: int) -> None:
        """Hold on to a number; see the port."""
        values = {**_place(member), "lease_ms": lease_ms}
        if not await self._sessions.alone(lambda c: c.execute(_RENEW, values).rowcount):
            raise LeaseLostError

    async def leave(self, member: Member) -> None:
        """Give a number back; see the port."""
        await self._sessions.alone(lambda c: c.execute(_LEAVE, _place(member)).rowcount)

    async def members(self, kind: MemberKind) -> Sequence[Member]:
        """Everybody of a kind; see the port."""

        def read(connection: Connection) -> Sequence[Member]:
            rows = connection.execute(_MEMBERS, {"kind": kind}).mappings()
            return [Member(kind=kind, **row) for row in rows]

        return await self._sessions.run(read)


def _lock(connection: Connection, kind: MemberKind) -> None:
    connection.execute(_KNOW, {"kind": kind})
    connection.execute(_LOCK, {"kind": kind})


def _place(member: Member) -> dict[str, object]:
    return {"kind": member.kind, "id": member.id, "incarnation": member.incarnation}

"""Subjects, keys and limits. A key is found by its SHA-256 and stands sealed beside it.

Source: contracts rest-api §6.1; design.md §5, Identity.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter

import msgspec
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from whisk_platform.common.errors import DocumentConflictError, StoreError
from whisk_platform.entities.identity import AuthKey, Identity
from whisk_platform.entities.limits import NamespaceLimits
from whisk_platform.spi.stores import Subject
from whisk_platform.stores.sealing import Sealer
from whisk_platform.stores.sql.access import Reading, Writing
from whisk_platform.stores.sql.schema import AnyRow, AnySelect, identities, limits, subjects

_IDENTITIES = select(
    identities.c.subject,
    identities.c.namespace,
    identities.c.uuid,
    identities.c.sealed,
    subjects.c.blocked,
    limits.c.body.label("limits"),
).select_from(
    identities.join(subjects, subjects.c.name == identities.c.subject).outerjoin(
        limits, limits.c.namespace == identities.c.namespace
    )
)


class SqlSubjectStore:
    """The ``SubjectStore`` over SQL.

    Args:
        writer: where writes go.
        lane: the writer's lane for functions.
        readers: who reads.
        sealer: opens and seals keys.
    """

    def __init__(self, writer: Writing, lane: int, readers: Reading, sealer: Sealer) -> None:
        self._writer = writer
        self._lane = lane
        self._readers = readers
        self._sealer = sealer

    async def by_key(self, uuid: str, key: str) -> Identity | None:
        """The identity of a key, compared in constant time; None if unknown, wrong or blocked."""
        presented = AuthKey(uuid=uuid, key=key)
        found = await self._one(identities.c.digest == _digest(presented))
        if found is None or not hmac.compare_digest(_text(found.authkey), _text(presented)):
            return None
        return found

    async def by_namespace(self, namespace: str) -> Identity | None:
        """The identity that owns a namespace; None if unknown or blocked."""
        return await self._one(identities.c.namespace == namespace)

    async def get(self, name: str) -> Subject | None:
        """One subject, with its keys."""
        found = await self._readers.run(
            lambda connection: _subjects(
                connection, self._sealer, select(subjects).where(subjects.c.name == name)
            )
        )
        return found[0] if found else None

    async def list(self, *, skip: int = 0, limit: int = 0) -> Sequence[Subject]:
        """Subjects in order of their names."""
        page = select(subjects).order_by(subjects.c.name).limit(limit or None).offset(skip)
        return await self._readers.run(lambda connection: _subjects(connection, self._sealer, page))

    async def put_identity(self, identity: Identity) -> None:
        """Add a namespace with its key to a subject, or replace the key it has there.

        Limits have their own document and stay as they are.
        """
        sealed = self._sealer.seal(_text(identity.authkey), identity_context(identity.namespace))

        def write(connection: Connection) -> None:
            _check_free(connection, identity)
            if connection.execute(_named(identity.subject)).one_or_none() is None:
                connection.execute(insert(subjects), {"name": identity.subject, "blocked": False})
            connection.execute(
                delete(identities).where(identities.c.namespace == identity.namespace)
            )
            connection.execute(
                insert(identities),
                {
                    "namespace": identity.namespace,
                    "subject": identity.subject,
                    "uuid": identity.authkey.uuid,
                    "digest": _digest(identity.authkey),
                    "sealed": sealed,
                },
            )

        await self._writer.submit(self._lane, write)

    async def delete(self, name: str, *, namespace: str | None = None) -> bool:
        """Remove a subject, or one namespace of it. False if there was none.

        A subject goes with its last namespace.
        """
        mine = identities.c.subject == name
        one = mine & (identities.c.namespace == namespace)
        left = select(identities.c.namespace).where(mine).limit(1)

        def write(connection: Connection) -> bool:
            removed = connection.execute(
                delete(identities).where(mine if namespace is None else one)
            )
            if namespace is not None and connection.execute(left).first() is not None:
                return removed.rowcount > 0
            subject = connection.execute(delete(subjects).where(subjects.c.name == name))
            return (subject if namespace is None else removed).rowcount > 0

        removed: bool = await self._writer.submit(self._lane, write)
        return removed

    async def block(self, name: str, blocked: bool) -> bool:
        """Block or unblock a subject. False if there is none."""
        change = update(subjects).where(subjects.c.name == name).values(blocked=blocked)
        known: bool = await self._writer.submit(
            self._lane, lambda connection: connection.execute(change).rowcount > 0
        )
        return known

    async def set_limits(self, namespace: str, replacement: NamespaceLimits | None) -> None:
        """Replace a namespace's limits document; None removes it."""

        def write(connection: Connection) -> None:
            connection.execute(delete(limits).where(limits.c.namespace == namespace))
            if replacement is not None:
                body = msgspec.json.encode(replacement)
                connection.execute(insert(limits), {"namespace": namespace, "body": body})

        await self._writer.submit(self._lane, write)

    async def _one(self, condition: ColumnElement[bool]) -> Identity | None:
        query = _IDENTITIES.where(condition)

        def read(connection: Connection) -> Identity | None:
            row = connection.execute(query).one_or_none()
            if row is None or row.blocked:
                return None
            return _identity(row, self._sealer)

        return await self._readers.run(read)


def read_subjects(connection: Connection, sealer: Sealer) -> Sequence[Subject]:
    """Every subject with its keys, in order of their names."""
    return _subjects(connection, sealer, select(subjects).order_by(subjects.c.name))


def _subjects(connection: Connection, sealer: Sealer, page: AnySelect) -> list[Subject]:
    rows = connection.execute(page).all()
    owned = _owned(connection, sealer, [row.name for row in rows])
    return [
        Subject(name=row.name, identities=owned.get(row.name, ()), blocked=row.blocked)
        for row in rows
    ]


def _owned(
    connection: Connection, sealer: Sealer, names: Iterable[str]
) -> dict[str, tuple[Identity, ...]]:
    query = _IDENTITIES.where(identities.c.subject.in_(list(names))).order_by(
        identities.c.subject, identities.c.namespace
    )
    rows = connection.execute(query).all()
    return {
        subject: tuple(_identity(row, sealer) for row in group)
        for subject, group in groupby(rows, key=attrgetter("subject"))
    }


def _named(subject: str) -> AnySelect:
    return select(subjects.c.name).where(subjects.c.name == subject)


def _check_free(connection: Connection, identity: Identity) -> None:
    """Raise DocumentConflictError if somebody else has the namespace or the uuid."""
    others = select(identities.c.namespace, identities.c.subject).where(
        (identities.c.namespace == identity.namespace)
        | (identities.c.uuid == identity.authkey.uuid)
    )
    for row in connection.execute(others):
        if (row.namespace, row.subject) != (identity.namespace, identity.subject):
            raise DocumentConflictError


def _identity(row: AnyRow, sealer: Sealer) -> Identity:
    uuid, _, key = (
        sealer.open(row.sealed, identity_context(row.namespace))
        .decode("utf-8", "surrogatepass")
        .partition(":")
    )
    try:
        own = msgspec.json.decode(row.limits or b"{}", type=NamespaceLimits)
    except msgspec.DecodeError as error:
        raise StoreError(f"The limits document of '{row.namespace}' cannot be read.") from error
    return Identity(
        subject=row.subject,
        namespace=row.namespace,
        authkey=AuthKey(uuid=uuid, key=key),
        limits=own,
    )


def identity_context(namespace: str) -> str:
    """What the key of a namespace is sealed with."""
    return f"identity:{namespace}"


def _text(authkey: AuthKey) -> bytes:
    return str(authkey).encode("utf-8", "surrogatepass")


def _digest(authkey: AuthKey) -> bytes:
    return hashlib.sha256(_text(authkey)).digest()

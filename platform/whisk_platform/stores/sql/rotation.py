"""A new master key: everything sealed is sealed anew, while others read and write.

The steps, each of them whole or not at all: the successor is written and seals from then on; what
its predecessors sealed is renewed, a little in each transaction; the predecessor is kept aside, and
the successor takes its place. Whatever step the process is killed after, the next start finds every
key that anything is sealed with, and finishes. Former keys are kept until that start, because work
under way may still carry values that they sealed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias

from sqlalchemy import Connection, Engine, select, update

from whisk_platform.common.errors import StoreError
from whisk_platform.common.logging import get_logger
from whisk_platform.entities import journal as journal_codec
from whisk_platform.entities import stored
from whisk_platform.entities.parameters import AES_256_GCM
from whisk_platform.stores import masterkeys
from whisk_platform.stores.parameterlocks import ParameterLocks
from whisk_platform.stores.sealing import Sealer, SealError
from whisk_platform.stores.sql.artifacts import COLLECTIONS
from whisk_platform.stores.sql.failures import translation
from whisk_platform.stores.sql.schema import documents, identities, journal, seals
from whisk_platform.stores.sql.subjects import identity_context

ROWS = 200
"""Looked at in one transaction."""

_MARK = AES_256_GCM.encode()
_log = get_logger("stores")


@dataclass(frozen=True, slots=True)
class FileStep:
    """A step that needs no database."""

    run: Callable[[], None]


Key: TypeAlias = str | int
"""Of a row, in the order of which a table is gone through; 0 = before the first."""


class Progress(NamedTuple):
    """What one transaction of a step did."""

    last: Key | None
    """The last row that it looked at; None = there were no more."""
    renewed: int = 0


@dataclass(frozen=True, slots=True)
class TableStep:
    """A step in many transactions: called with the last key until there are no more rows.

    It keeps nothing in mind, because a transaction may be repeated.
    """

    run: Callable[[Connection, Key], Progress]


class Rotation:
    """The steps of one replacement.

    Args:
        directory: of the state.
        sealer: in use; it learns the new key.
    """

    def __init__(self, directory: Path, sealer: Sealer) -> None:
        self._directory = directory
        self._sealer = sealer
        self._locks = ParameterLocks(sealer, locking=False)

    def steps(self) -> Iterator[FileStep | TableStep]:
        """All of them, in order; each has been carried out when the next is asked for."""
        yield FileStep(self._begin)
        yield from self.renewals()
        yield FileStep(lambda: masterkeys.retire(self._directory))
        yield FileStep(lambda: masterkeys.succeed(self._directory))

    def renewals(self) -> Iterator[TableStep]:
        """Those in the database. The known text is the last: it tells that all else is done."""
        yield TableStep(self._identities)
        yield TableStep(self._documents)
        yield TableStep(self._journal)
        yield TableStep(self._seals)

    def _begin(self) -> None:
        self._sealer.adopt(masterkeys.create_next_key(self._directory))

    def _identities(self, connection: Connection, after: Key) -> Progress:
        query = select(identities.c.namespace, identities.c.sealed)
        query = query.where(identities.c.namespace > str(after or ""))
        rows = connection.execute(query.order_by(identities.c.namespace).limit(ROWS)).all()
        done = 0
        for row in rows:
            renewed = self._renewed(row.sealed, identity_context(row.namespace))
            if renewed is not None:
                mine = identities.c.namespace == row.namespace
                connection.execute(update(identities).where(mine).values(sealed=renewed))
                done += 1
        return Progress(rows[-1][0] if rows else None, done)

    def _documents(self, connection: Connection, after: Key) -> Progress:
        query = select(documents.c.revision, documents.c.collection, documents.c.body)
        query = query.where(documents.c.revision > after).order_by(documents.c.revision)
        rows = connection.execute(query.limit(ROWS)).all()
        done = 0
        for row in rows:
            if _MARK not in row.body:
                continue
            try:
                entity = stored.decode(row.body, COLLECTIONS[row.collection], row.revision)
            except StoreError:
                _log.error("document_not_sealed_anew", revision=row.revision)
                continue
            renewed = self._locks.renewed(entity)
            if renewed is not entity:
                # Under the same revision: who has read it has the same in other words.
                mine = documents.c.revision == row.revision
                body = stored.encode(renewed)
                connection.execute(update(documents).where(mine).values(body=body))
                done += 1
        return Progress(rows[-1][0] if rows else None, done)

    def _journal(self, connection: Connection, after: Key) -> Progress:
        query = select(journal.c.sequence, journal.c.message).where(journal.c.sequence > after)
        rows = connection.execute(query.order_by(journal.c.sequence).limit(ROWS)).all()
        done = 0
        for row in rows:
            if _MARK not in row.message:
                continue
            try:
                message = journal_codec.decode(row.message)
            except StoreError:
                continue
            renewed = journal_codec.encode(self._locks.renewed_message(message))
            if renewed != row.message:
                mine = journal.c.sequence == row.sequence
                connection.execute(update(journal).where(mine).values(message=renewed))
                done += 1
        return Progress(rows[-1][0] if rows else None, done)

    def _seals(self, connection: Connection, after: Key) -> Progress:
        query = select(seals.c.name, seals.c.sealed).where(seals.c.name > str(after or ""))
        rows = connection.execute(query.order_by(seals.c.name).limit(ROWS)).all()
        done = 0
        for row in rows:
            renewed = self._renewed(row.sealed, row.name)
            if renewed is not None:
                mine = seals.c.name == row.name
                connection.execute(update(seals).where(mine).values(sealed=renewed))
                done += 1
        return Progress(rows[-1][0] if rows else None, done)

    def _renewed(self, sealed: bytes, context: str) -> bytes | None:
        try:
            return self._sealer.renewed(sealed, context)
        except SealError:
            _log.error("secret_not_sealed_anew", context=context)
            return None


def finish(engine: Engine, directory: Path, sealer: Sealer) -> None:
    """Finish, before anybody else uses the database, what a former process began.

    Args:
        engine: one that writes.
        directory: of the state.
        sealer: of every key in the directory; the newest seals.

    Raises:
        StoreError: the database cannot be written.
        StateDirectoryError: a key's file cannot be written.
    """
    rotation = Rotation(directory, sealer)
    for step in rotation.renewals():
        last: Key | None = 0
        while last is not None:
            with translation(), engine.begin() as connection:
                last = step.run(connection, last).last
    masterkeys.succeed(directory)
    masterkeys.forget_retired(directory)

"""Stores that forget everything with the process: for tests and simulations.

They keep the promises of the port but durability, and need neither threads nor files, so that they
work on virtual time. ``fail_with`` makes writes fail, as a full disk would.
"""

from __future__ import annotations

import builtins
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from whisk_platform.common.errors import DocumentConflictError, StoreError
from whisk_platform.common.ids import ActivationId
from whisk_platform.common.metrics import Family, gauge
from whisk_platform.common.positions import Position, new_position
from whisk_platform.entities.action import Collection
from whisk_platform.entities.activation import Activation, names_of
from whisk_platform.entities.identity import Identity
from whisk_platform.entities.limits import NamespaceLimits
from whisk_platform.entities.names import FullyQualifiedEntityName
from whisk_platform.spi.stores import (
    ActivationFilter,
    Beginning,
    Document,
    JournalEntry,
    Settled,
    Subject,
)
from whisk_platform.stores.sealing import KEY_BYTES, Sealer


class MemoryArtifacts:
    """Entities in a dictionary."""

    def __init__(self) -> None:
        self._documents: dict[FullyQualifiedEntityName, Document] = {}
        self._revision = 0
        self.reads = 0
        """How often ``get`` was called."""
        self.fail_with: StoreError | None = None
        """Set: every call fails with it."""

    async def get(
        self, fqn: FullyQualifiedEntityName, *, attachment: bool = False
    ) -> Document | None:
        """Read one document; see the port."""
        self._check()
        self.reads += 1
        document = self._documents.get(fqn)
        if document is None or attachment:
            return document
        return replace(document, attachment=None)

    async def put(self, *documents: Document) -> tuple[int, ...]:
        """Write all or none; see the port."""
        self._check()
        for document in documents:
            self._expect(document)
        return tuple(self._put(document) for document in documents)

    async def delete(self, *documents: Document) -> None:
        """Delete all or none; see the port."""
        self._check()
        for document in documents:
            self._expect(document)
        for document in documents:
            del self._documents[document.fqn]

    async def list(
        self,
        collection: Collection,
        namespace: str,
        *,
        package: str | None = None,
        public_only: bool = False,
        skip: int = 0,
        limit: int = 0,
    ) -> Sequence[Document]:
        """A page of documents; see the port."""
        self._check()
        found = self._matching(collection, namespace, package, public_only)
        found.sort(key=lambda document: (document.updated, document.revision), reverse=True)
        page = found[skip : skip + limit if limit else None]
        return [replace(document, attachment=None) for document in page]

    async def count(
        self,
        collection: Collection,
        namespace: str,
        *,
        package: str | None = None,
        public_only: bool = False,
    ) -> int:
        """How many documents ``list`` would page through."""
        self._check()
        return len(self._matching(collection, namespace, package, public_only))

    def _matching(
        self, collection: Collection, namespace: str, package: str | None, public_only: bool
    ) -> builtins.list[Document]:
        return [
            document
            for document in self._documents.values()
            if document.collection is collection
            and document.fqn.namespace == namespace
            and (package is None or document.fqn.package == package)
            and (document.public or not public_only)
        ]

    def _expect(self, document: Document) -> None:
        stored = self._documents.get(document.fqn)
        if (0 if stored is None else stored.revision) != document.revision:
            raise DocumentConflictError

    def _put(self, document: Document) -> int:
        before = self._documents.get(document.fqn)
        attachment = document.attachment
        if attachment is None and before is not None and not document.drop_attachment:
            attachment = before.attachment
        # Never used twice, so that a document that was deleted and made again is a newer one.
        self._revision += 1
        self._documents[document.fqn] = replace(
            document, revision=self._revision, attachment=attachment, drop_attachment=False
        )
        return self._revision

    def _check(self) -> None:
        if self.fail_with is not None:
            raise self.fail_with


class MemoryActivations:
    """Records and journal in dictionaries."""

    def __init__(self, *, room: int = 1_000_000) -> None:
        """Make an empty store.

        Args:
            room: records that it takes; beyond, ``has_room`` is false.
        """
        self._room = room
        self.records: dict[ActivationId, Activation] = {}
        self.positions: dict[ActivationId, Position] = {}
        """Of each record."""
        self.journal: dict[ActivationId, JournalEntry] = {}
        self.accepts = 0
        """How often ``accept`` was called, whatever the number of entries."""
        self.fail_with: StoreError | None = None
        """Set: ``accept`` and ``mark_started`` fail with it."""

    async def accept(self, *entries: JournalEntry) -> None:
        """Write entries of accepted work; see the port."""
        self._check()
        self.accepts += 1
        self.journal.update({entry.activation_id: entry for entry in entries})

    def try_accept(self, *entries: JournalEntry) -> bool:
        """Leave it to ``accept``; see the port."""
        return False

    def try_mark_started(self, activation_id: ActivationId) -> bool:
        """Leave it to ``mark_started``; see the port."""
        return False

    async def mark_started(self, activation_id: ActivationId) -> None:
        """Note that user code is about to see the work."""
        self._check()
        entry = self.journal.get(activation_id)
        if entry is not None:
            self.journal[activation_id] = replace(entry, started=True)

    async def pending(self) -> Sequence[JournalEntry]:
        """Every entry that no record has closed, oldest first."""
        return list(self.journal.values())

    def store(self, activation: Activation, *, record: bool = True) -> Position:
        """Keep a record and close its journal entry."""
        position = new_position()
        self.journal.pop(activation.activation_id, None)
        if record:
            self.records[activation.activation_id] = activation
            self.positions[activation.activation_id] = position
        return position

    def has_room(self) -> bool:
        """Whether more work may come."""
        return len(self.records) < self._room

    def unwritten(self) -> int:
        """Nothing ever waits."""
        return 0

    async def flush(self) -> None:
        """Nothing is ever unwritten."""

    async def get(self, namespace: str, activation_id: ActivationId) -> Activation | None:
        """Read one record."""
        activation = self.records.get(activation_id)
        if activation is None or activation.namespace != namespace:
            return None
        return activation

    async def list(
        self, wanted: ActivationFilter, *, skip: int, limit: int, docs: bool
    ) -> Sequence[Activation]:
        """A page, newest first."""
        found = self._matching(wanted)
        found.sort(key=lambda activation: (activation.start, activation.activation_id))
        found.reverse()
        page = found[skip : skip + limit if limit else None]
        return page if docs else [_bare(activation) for activation in page]

    async def count(self, wanted: ActivationFilter) -> int:
        """How many records the filter matches."""
        return len(self._matching(wanted))

    async def beginning(
        self, wanted: ActivationFilter, *, after: int, upto: int, most: int
    ) -> Beginning:
        """Where a history has to begin; see the port."""
        found = self._settled(wanted, after, upto)
        if len(found) <= most:
            return Beginning(after=after, complete=True)
        return Beginning(after=found[-most - 1].position, complete=False)

    async def history(
        self, wanted: ActivationFilter, *, after: int, upto: int, limit: int
    ) -> Sequence[Settled]:
        """Records in the order in which they were handed over."""
        return self._settled(wanted, after, upto)[:limit]

    def _settled(self, wanted: ActivationFilter, after: int, upto: int) -> builtins.list[Settled]:
        found = [
            Settled(position=position, activation=_bare(activation))
            for activation in self._matching(wanted)
            if after < (position := self.positions[activation.activation_id]) <= upto
        ]
        found.sort(key=lambda settled: settled.position)
        return found

    def _matching(self, wanted: ActivationFilter) -> builtins.list[Activation]:
        return [
            activation
            for activation in self.records.values()
            if activation.namespace == wanted.namespace
            and (wanted.since is None or activation.start >= wanted.since)
            and (wanted.upto is None or activation.start <= wanted.upto)
            and (wanted.name is None or wanted.name in names_of(activation))
            and (wanted.statuses is None or activation.response.status_code in wanted.statuses)
            and (wanted.kinds is None or activation.kind in wanted.kinds)
            and _lasts(activation, wanted.min_duration)
        ]

    def _check(self) -> None:
        if self.fail_with is not None:
            raise self.fail_with


class MemorySubjects:
    """Subjects in a dictionary."""

    def __init__(self) -> None:
        self._subjects: dict[str, Subject] = {}

    async def by_key(self, uuid: str, key: str) -> Identity | None:
        """The identity of a key; see the port."""
        for identity in self._identities():
            if identity.authkey.uuid == uuid:
                same = hmac.compare_digest(identity.authkey.key.encode(), key.encode())
                return identity if same else None
        return None

    async def by_namespace(self, namespace: str) -> Identity | None:
        """The identity that owns a namespace; see the port."""
        return next((i for i in self._identities() if i.namespace == namespace), None)

    async def get(self, name: str) -> Subject | None:
        """One subject."""
        return self._subjects.get(name)

    async def list(self, *, skip: int = 0, limit: int = 0) -> Sequence[Subject]:
        """Subjects in order of their names."""
        ordered = [self._subjects[name] for name in sorted(self._subjects)]
        return ordered[skip : skip + limit if limit else None]

    async def put_identity(self, identity: Identity) -> None:
        """Add a namespace or replace its key; see the port."""
        for subject in self._subjects.values():
            for other in subject.identities:
                taken = other.namespace == identity.namespace
                taken = taken or other.authkey.uuid == identity.authkey.uuid
                if taken and subject.name != identity.subject:
                    raise DocumentConflictError
        subject = self._subjects.get(identity.subject) or Subject(
            name=identity.subject, identities=()
        )
        others = tuple(i for i in subject.identities if i.namespace != identity.namespace)
        self._subjects[subject.name] = replace(subject, identities=(*others, identity))

    async def delete(self, name: str, *, namespace: str | None = None) -> bool:
        """Remove a subject, or one namespace of it."""
        subject = self._subjects.get(name)
        if subject is None:
            return False
        left = tuple(i for i in subject.identities if i.namespace != namespace)
        if namespace is None or not left:
            del self._subjects[name]
            return namespace is None or len(left) < len(subject.identities)
        self._subjects[name] = replace(subject, identities=left)
        return len(left) < len(subject.identities)

    async def block(self, name: str, blocked: bool) -> bool:
        """Block or unblock a subject."""
        subject = self._subjects.get(name)
        if subject is None:
            return False
        self._subjects[name] = replace(subject, blocked=blocked)
        return True

    async def set_limits(self, namespace: str, limits: NamespaceLimits | None) -> None:
        """Replace a namespace's limits."""
        for name, subject in self._subjects.items():
            identities = tuple(
                msgspec.structs.replace(i, limits=limits or NamespaceLimits())
                if i.namespace == namespace
                else i
                for i in subject.identities
            )
            self._subjects[name] = replace(subject, identities=identities)

    def _identities(self) -> Sequence[Identity]:
        return [i for s in self._subjects.values() if not s.blocked for i in s.identities]


class MemoryStores:
    """The three of them."""

    def __init__(self, *, room: int = 1_000_000) -> None:
        self.artifacts = MemoryArtifacts()
        self.activations = MemoryActivations(room=room)
        self.subjects = MemorySubjects()
        self.sealer = Sealer(secrets.token_bytes(KEY_BYTES))

    async def rotate_master_key(self) -> int:
        """Seal with a new key from now on; nothing is at rest here."""
        self.sealer.adopt(secrets.token_bytes(KEY_BYTES))
        return 0

    async def open(self) -> None:
        """Nothing to open."""

    async def check_writable(self) -> None:
        """Fail as ``accept`` would."""
        if self.activations.fail_with is not None:
            raise self.activations.fail_with

    def metrics(self) -> Sequence[Family]:
        """How many records there are."""
        count = len(self.activations.records)
        return [gauge("whisk_records", "Activation records in memory.", count)]

    async def close(self) -> None:
        """Nothing to close."""


def _bare(activation: Activation) -> Activation:
    response = msgspec.structs.replace(activation.response, result=msgspec.Raw(b"{}"))
    return msgspec.structs.replace(activation, response=response, logs=())


def _lasts(activation: Activation, min_duration: int | None) -> bool:
    if min_duration is None:
        return True
    return activation.duration is not None and activation.duration >= min_duration

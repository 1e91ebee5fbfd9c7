"""Where entities, subjects and activations are kept.

Writes are durable against SIGKILL when their coroutine returns; a power cut may take the last
50 ms (``durability=fsync`` closes that gap). Source: contracts data-plane §6, design.md §5.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from whisk_platform.common.ids import ActivationId
from whisk_platform.common.metrics import Family
from whisk_platform.common.positions import Position
from whisk_platform.entities.action import Collection
from whisk_platform.entities.activation import Activation, StatusCode
from whisk_platform.entities.identity import Identity
from whisk_platform.entities.limits import NamespaceLimits
from whisk_platform.entities.names import FullyQualifiedEntityName


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One stored entity. The store does not look into ``body``."""

    fqn: FullyQualifiedEntityName
    collection: Collection
    revision: int
    """1 and up; 0 for a document that is to be created."""
    updated: int
    """Milliseconds since the epoch; the order of lists."""
    public: bool = False
    """Packages only: published and no binding, so that strangers see it in lists."""
    body: bytes
    """The entity's own JSON, without code."""
    attachment: bytes | None = None
    """Code. On writing: None keeps what is there unless ``drop_attachment``. On reading: only when
    asked for."""
    drop_attachment: bool = False


class ArtifactStore(Protocol):
    """Entities: one document for each fully qualified name, shared by all four kinds."""

    async def get(
        self, fqn: FullyQualifiedEntityName, *, attachment: bool = False
    ) -> Document | None:
        """Read one document, or None."""

    async def put(self, *documents: Document) -> tuple[int, ...]:
        """Write all or none, each only if its ``revision`` is still the stored one.

        Returns:
            The new revisions, in order.

        Raises:
            DocumentConflictError: somebody else was faster, or the document exists already.
        """

    async def delete(self, *documents: Document) -> None:
        """Delete all or none, each only from its revision.

        Raises:
            DocumentConflictError: somebody else changed or deleted one of them.
        """

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
        """A page of documents, newest ``updated`` first, without attachments.

        Args:
            collection: which kind.
            namespace: the root namespace.
            package: None = the whole namespace, packaged actions included.
            public_only: only documents marked ``public``.
            skip: how many to pass over.
            limit: at most so many; 0 = all.
        """

    async def count(
        self,
        collection: Collection,
        namespace: str,
        *,
        package: str | None = None,
        public_only: bool = False,
    ) -> int:
        """How many documents ``list`` would page through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationFilter:
    """Which activations of a namespace."""

    namespace: str
    name: str | None = None
    """``name`` or ``pkg/name`` (contract §2.6.5); a package matches binding or provider."""
    since: int | None = None
    """Milliseconds since the epoch, inclusive, compared with ``start``."""
    upto: int | None = None
    statuses: frozenset[StatusCode] | None = None
    """How they ended; None = any way."""
    kinds: frozenset[str] | None = None
    """What they ran in, ``python:3.11`` or ``sequence``; None = anything. Triggers have no kind."""
    min_duration: int | None = None
    """Milliseconds, inclusive. Records without a duration do not match, whatever the number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A record and when it was handed over."""

    position: Position
    activation: Activation
    """Result and logs are left empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """Where the history that was asked for begins."""

    after: int
    """A position, exclusive."""
    complete: bool
    """False when older records were asked for too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """Accepted work that has no record yet."""

    activation_id: ActivationId
    message: bytes
    """The ActivationMessage, or the controller's own request, encoded by its owner."""
    started: bool
    """Whether user code may have seen it."""


class ActivationStore(Protocol):
    """Records, and the journal of accepted work that they close."""

    async def accept(self, *entries: JournalEntry) -> None:
        """Write entries of accepted work; durable when this returns.

        Raises:
            StoreError: nothing was written, so nothing may be accepted.
        """

    def try_accept(self, *entries: JournalEntry) -> bool:
        """Write entries of accepted work at once, if that takes no waiting.

        Returns:
            True = they are durable; False = nothing has happened: ``accept`` them.

        Raises:
            StoreError: nothing was written, so nothing may be accepted.
        """

    async def mark_started(self, activation_id: ActivationId) -> None:
        """Note, durably, that user code is about to see the work."""

    def try_mark_started(self, activation_id: ActivationId) -> bool:
        """Note the same at once, if that takes no waiting.

        Returns:
            True = it is durable; False = nothing has happened: ``mark_started``.

        Raises:
            StoreError: nothing was written, so user code may not see it.
        """

    async def pending(self) -> Sequence[JournalEntry]:
        """Every entry that no record has closed, oldest first."""

    def store(self, activation: Activation, *, record: bool = True) -> Position:
        """Queue a record for the next batch, which also closes its journal entry, if any.

        Bounded: when the queue is full the caller's work is refused by ``accept`` and by
        ``has_room``, never dropped.

        Args:
            activation: the record.
            record: False only closes the journal entry (namespaces that store nothing).

        Returns:
            The record's position among all records.
        """

    def has_room(self) -> bool:
        """Whether the queue of unwritten records is short enough to take on more work."""

    def unwritten(self) -> int:
        """How many records wait to be written."""

    async def flush(self) -> None:
        """Wait until everything queued so far is written.

        Raises:
            StoreError: an attempt failed; what is queued stays queued and is tried again.
        """

    async def get(self, namespace: str, activation_id: ActivationId) -> Activation | None:
        """Read one record, the unwritten ones included."""

    async def list(
        self, wanted: ActivationFilter, *, skip: int, limit: int, docs: bool
    ) -> Sequence[Activation]:
        """A page, newest ``start`` first; without ``docs`` result and logs are left empty."""

    async def count(self, wanted: ActivationFilter) -> int:
        """How many records the filter matches."""

    async def beginning(
        self, wanted: ActivationFilter, *, after: int, upto: int, most: int
    ) -> Beginning:
        """Where a history has to begin to have no more than its newest ``most`` records.

        Args:
            wanted: which records.
            after: a position, exclusive.
            upto: a position, inclusive.
            most: how many. An implementation may also look no further back than it can afford to.
        """

    async def history(
        self, wanted: ActivationFilter, *, after: int, upto: int, limit: int
    ) -> Sequence[Settled]:
        """Written records in the order in which they were handed over, the first ``limit`` of them.

        Args:
            wanted: which records.
            after: a position, exclusive.
            upto: a position, inclusive.
            limit: at most so many.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A subject and its namespaces; keys in clear only in memory."""

    name: str
    identities: tuple[Identity, ...]
    blocked: bool = False


class SubjectStore(Protocol):
    """Subjects, keys (sealed at rest) and namespace limits."""

    async def by_key(self, uuid: str, key: str) -> Identity | None:
        """The identity of a key, compared in constant time; None if unknown, wrong or blocked."""

    async def by_namespace(self, namespace: str) -> Identity | None:
        """The identity that owns a namespace; None if unknown or blocked."""

    async def get(self, name: str) -> Subject | None:
        """One subject, with its keys."""

    async def list(self, *, skip: int = 0, limit: int = 0) -> Sequence[Subject]:
        """Subjects in order of their names."""

    async def put_identity(self, identity: Identity) -> None:
        """Add a namespace with its key to a subject, or replace the key it has there.

        A subject that does not exist yet is made.

        Raises:
            DocumentConflictError: another subject owns the namespace or the uuid.
        """

    async def delete(self, name: str, *, namespace: str | None = None) -> bool:
        """Remove a subject, or one namespace of it. False if there was none."""

    async def block(self, name: str, blocked: bool) -> bool:
        """Block or unblock a subject. False if there is none."""

    async def set_limits(self, namespace: str, limits: NamespaceLimits | None) -> None:
        """Replace a namespace's limits document; None removes it."""


class Sealing(Protocol):
    """Seals secrets at rest under the deployment's master key."""

    def seal(self, secret: bytes, context: str) -> bytes:
        """Encrypt a secret, bound to its context."""

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt what was sealed with the same context, under any key that is not forgotten.

        Raises:
            StoreError: another key or context, or the bytes were changed.
        """

    def renewed(self, sealed: bytes, context: str) -> bytes | None:
        """The same secret under the newest key; None if it is under that one already.

        Raises:
            StoreError: see ``open``.
        """


class Stores(Protocol):
    """One engine's three stores, opened and closed together."""

    @property
    def sealer(self) -> Sealing:
        """What seals and opens this deployment's secrets."""

    @property
    def artifacts(self) -> ArtifactStore:
        """Entities."""

    @property
    def activations(self) -> ActivationStore:
        """Records and journal."""

    @property
    def subjects(self) -> SubjectStore:
        """Subjects and limits."""

    async def open(self) -> None:
        """Connect, migrate, verify.

        Raises:
            StateDirectoryError: unreadable, corrupt, or written by a newer version; the sentence
                has the remedy.
        """

    async def check_writable(self) -> None:
        """Write something that leaves no trace, as durably as anything else.

        Raises:
            StoreError: nothing can be written now.
        """

    async def rotate_master_key(self) -> int:
        """Seal every secret with a new master key; what was sealed can be read all the time.

        Returns:
            How many secrets were sealed anew.

        Raises:
            StoreError: it could not be finished; repeated, or at the next start, it goes on.
            StateDirectoryError: the key is not this program's to replace.
        """

    def metrics(self) -> Iterable[Family]:
        """How things stand, for who scrapes; quick, and called on the event loop."""

    async def close(self) -> None:
        """Write what is queued and disconnect. Never raises."""

"""The catalog: typed, cached access to entities, and the rules that all four kinds share.

Source: contracts rest-api §2.0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from whisk_platform.common.clock import Clock
from whisk_platform.common.errors import ConflictError, DocumentConflictError, NotFoundError
from whisk_platform.common.jsontext import JSONObject, join_object
from whisk_platform.controller import texts
from whisk_platform.entities import stored
from whisk_platform.entities.action import Collection, Entity, Package
from whisk_platform.entities.names import FullyQualifiedEntityName
from whisk_platform.entities.stored import COLLECTION_OF
from whisk_platform.spi.stores import ArtifactStore, Document
from whisk_platform.stores.parameterlocks import ParameterLocks

EntityT = TypeVar("EntityT", bound=Entity)
CACHE_ENTRIES = 20_000
SUMMARIES_KEPT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One entity to write."""

    entity: Entity
    """With the revision it was read at; 0 creates."""
    code: str | None = None
    """New code of an action; None keeps what is stored."""
    drop_code: bool = False


class Catalog:
    """Entities of all namespaces."""

    def __init__(
        self, artifacts: ArtifactStore, clock: Clock, locks: ParameterLocks | None = None
    ) -> None:
        """Make a catalog.

        Args:
            artifacts: where entities are.
            clock: for ``updated``.
            locks: seals parameters before they are written; None = never.
        """
        self._artifacts = artifacts
        self._summaries: dict[int, bytes] = {}
        self._locks = locks
        self._clock = clock
        self._cache: dict[FullyQualifiedEntityName, Entity] = {}
        self.generation = 0
        """Grows with every write: what was derived from older entities is stale."""

    async def find(self, fqn: FullyQualifiedEntityName, expected: type[EntityT]) -> EntityT | None:
        """Read one entity, from the cache if possible.

        Raises:
            ConflictError: there is one of another kind by this name (contract §2.0, Identity).
        """
        entity = self._cache.get(fqn)
        if entity is None:
            generation = self.generation
            document = await self._artifacts.get(fqn)
            if document is None:
                return None
            entity = _decode(document)
            if generation == self.generation:
                self._remember(entity)
        if not isinstance(entity, expected):
            raise ConflictError(texts.WRONG_COLLECTION)
        return entity

    async def get(self, fqn: FullyQualifiedEntityName, expected: type[EntityT]) -> EntityT:
        """Read one entity.

        Raises:
            NotFoundError: there is none.
            ConflictError: there is one of another kind by this name.
        """
        entity = await self.find(fqn, expected)
        if entity is None:
            raise NotFoundError(texts.NOT_FOUND)
        return entity

    async def code(self, fqn: FullyQualifiedEntityName) -> str | None:
        """Read the code of an action; None if it has none."""
        document = await self._artifacts.get(fqn, attachment=True)
        if document is None or document.attachment is None:
            return None
        return document.attachment.decode("utf-8", "surrogatepass")

    async def put(
        self, entity: EntityT, *, code: str | None = None, drop_code: bool = False
    ) -> EntityT:
        """Write one entity, stamped with the time, and return it as stored.

        Raises:
            DocumentConflictError: it has changed since it was read, or exists already.
        """
        now = self._clock.now_ms()
        entity = msgspec.structs.replace(entity, updated=now)
        write = Write(entity=entity, code=code, drop_code=drop_code)
        (written,) = await self.put_all([write], stamp=False)
        assert isinstance(written, type(entity))
        return written

    async def put_all(self, writes: Sequence[Write], *, stamp: bool = False) -> list[Entity]:
        """Write several entities, all or none.

        Args:
            writes: what to write.
            stamp: whether ``updated`` becomes now.

        Raises:
            BadRequestError: a parameter is marked as encrypted and is not.
            DocumentConflictError: one has changed since it was read, or exists already.
        """
        now = self._clock.now_ms()
        entities = [
            msgspec.structs.replace(w.entity, updated=now) if stamp else w.entity for w in writes
        ]
        if self._locks is not None:
            entities = [self._locks.locked(entity) for entity in entities]
        documents = [_encode(e, w) for e, w in zip(entities, writes, strict=True)]
        try:
            revisions = await self._artifacts.put(*documents)
        finally:
            self._forget(*(entity.fqn for entity in entities))
        written = [
            msgspec.structs.replace(entity, revision=revision)
            for entity, revision in zip(entities, revisions, strict=True)
        ]
        for entity in written:
            self._remember(entity)
        return written

    async def delete(self, *entities: Entity) -> None:
        """Delete entities, all or none.

        Raises:
            DocumentConflictError: one has changed since it was read.
        """
        documents = [_encode(entity, Write(entity=entity)) for entity in entities]
        try:
            await self._artifacts.delete(*documents)
        finally:
            self._forget(*(entity.fqn for entity in entities))

    async def list(
        self,
        expected: type[EntityT],
        namespace: str,
        *,
        package: str | None = None,
        public_only: bool = False,
        skip: int = 0,
        limit: int = 0,
    ) -> list[EntityT]:
        """A page of entities, the most recently updated first; ``limit`` 0 = all."""
        documents = await self._artifacts.list(
            COLLECTION_OF[expected],
            namespace,
            package=package,
            public_only=public_only,
            skip=skip,
            limit=limit,
        )
        return [
            stored.decode(document.body, document.collection, document.revision, expected)
            for document in documents
        ]

    async def summaries(
        self,
        expected: type[EntityT],
        namespace: str,
        summary: Callable[[EntityT], JSONObject],
        *,
        package: str | None = None,
        skip: int = 0,
        limit: int = 0,
    ) -> Sequence[bytes]:
        """A page as ``list`` has it, each entity as the JSON of its summary.

        A revision never comes back with other content, so what was made of one is kept.

        Args:
            expected: which kind.
            namespace: the root namespace.
            summary: makes an element of the list; always the same for one kind.
            package: None = the whole namespace.
            skip: how many to pass over.
            limit: at most so many; 0 = all.
        """
        documents = await self._artifacts.list(
            COLLECTION_OF[expected], namespace, package=package, skip=skip, limit=limit
        )
        if len(self._summaries) > SUMMARIES_KEPT:
            self._summaries = {}
        kept = self._summaries
        page = []
        for document in documents:
            text = kept.get(document.revision)
            if text is None:
                entity = stored.decode(
                    document.body, document.collection, document.revision, expected
                )
                text = kept[document.revision] = join_object(summary(entity))
            page.append(text)
        return page

    async def count(
        self,
        collection: Collection,
        namespace: str,
        *,
        package: str | None = None,
        public_only: bool = False,
    ) -> int:
        """How many entities ``list`` would page through."""
        return await self._artifacts.count(
            collection, namespace, package=package, public_only=public_only
        )

    def _remember(self, entity: Entity) -> None:
        if len(self._cache) >= CACHE_ENTRIES:
            self._cache.pop(next(iter(self._cache)))
        self._cache[entity.fqn] = entity

    def _forget(self, *names: FullyQualifiedEntityName) -> None:
        self.generation += 1
        for name in names:
            self._cache.pop(name, None)


def already_exists() -> DocumentConflictError:
    """409 for a create without ``overwrite`` of what is there."""
    return DocumentConflictError(texts.ALREADY_EXISTS)


def _decode(document: Document) -> Entity:
    return stored.decode(document.body, document.collection, document.revision)


def _encode(entity: Entity, write: Write) -> Document:
    public = isinstance(entity, Package) and entity.publish and entity.binding is None
    attachment = None if write.code is None else write.code.encode("utf-8", "surrogatepass")
    return Document(
        fqn=entity.fqn,
        collection=COLLECTION_OF[type(entity)],
        revision=entity.revision,
        updated=entity.updated,
        public=public,
        body=stored.encode(entity),
        attachment=attachment,
        drop_attachment=write.drop_code,
    )

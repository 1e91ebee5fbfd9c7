"""Entities: one table for all four kinds, code in a table of its own.

Source: contracts rest-api §1.8, §2.0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import (
    Connection,
    RowMapping,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from whisk_platform.common.errors import DocumentConflictError
from whisk_platform.entities.action import Collection
from whisk_platform.entities.names import FullyQualifiedEntityName
from whisk_platform.spi.stores import Document
from whisk_platform.stores.sql.access import Reading, Writing
from whisk_platform.stores.sql.schema import NOTHING, AnyRow, AnySelect, attachments, documents

PART_BYTES = 1 << 20
"""Of code in one row: a driver copies a value while it holds up every other thread."""

_NUMBERS = {
    Collection.ACTIONS: 0,
    Collection.TRIGGERS: 1,
    Collection.RULES: 2,
    Collection.PACKAGES: 3,
}
COLLECTIONS = {number: collection for collection, number in _NUMBERS.items()}
"""By their numbers in the table."""

_named = (
    (documents.c.namespace == bindparam("of_namespace"))
    & (documents.c.package == bindparam("of_package"))
    & (documents.c.name == bindparam("of_name"))
)
_FIND = select(documents).where(_named)
_HEAD = select(documents.c.revision, documents.c.attachment).where(_named)
_DELETE = delete(documents).where(documents.c.revision == bindparam("of_revision"))
_ATTACH = (
    update(documents)
    .where(documents.c.revision == bindparam("of_revision"))
    .values(attachment=bindparam("of_revision"))
)
_PARTS = (
    select(attachments.c.data)
    .where(attachments.c.attachment == bindparam("of_attachment"))
    .order_by(attachments.c.part)
)
_DETACH = delete(attachments).where(attachments.c.attachment == bindparam("of_attachment"))


class SqlArtifactStore:
    """The ``ArtifactStore`` over SQL.

    Args:
        writer: where writes go.
        lane: the writer's lane for functions.
        readers: who reads.
    """

    def __init__(self, writer: Writing, lane: int, readers: Reading) -> None:
        self._writer = writer
        self._lane = lane
        self._readers = readers

    async def get(
        self, fqn: FullyQualifiedEntityName, *, attachment: bool = False
    ) -> Document | None:
        """Read one document, or None."""

        def read(connection: Connection) -> Document | None:
            row = connection.execute(_FIND, _key(fqn)).mappings().one_or_none()
            if row is None:
                return None
            wanted = attachment and row["attachment"] is not None
            code = _code(connection, row["attachment"]) if wanted else None
            return _document(row, code)

        return await self._readers.run(read)

    async def put(self, *changed: Document) -> tuple[int, ...]:
        """Write all or none, each only if its ``revision`` is still the stored one."""

        def write(connection: Connection) -> tuple[int, ...]:
            heads = _check(connection, changed)
            return tuple(
                _replace(connection, document, head)
                for document, head in zip(changed, heads, strict=True)
            )

        size = sum(len(d.body) + len(d.attachment or b"") for d in changed)
        revisions: tuple[int, ...] = await self._writer.submit(self._lane, write, size)
        return revisions

    async def delete(self, *doomed: Document) -> None:
        """Delete all or none, each only from its revision."""

        def write(connection: Connection) -> None:
            for head in _check(connection, doomed):
                if head is None:
                    raise DocumentConflictError
                connection.execute(_DELETE, {"of_revision": head.revision})
                _detach(connection, head)

        await self._writer.submit(self._lane, write)

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
        """A page of documents, newest ``updated`` first, without attachments."""
        chosen = _chosen(select(documents), collection, namespace, package, public_only)
        page = (
            chosen.order_by(documents.c.updated.desc(), documents.c.revision.desc())
            .limit(limit or None)
            .offset(skip)
        )

        def read(connection: Connection) -> Sequence[Document]:
            return [_listed(row) for row in connection.execute(page)]

        return await self._readers.run(read)

    async def count(
        self,
        collection: Collection,
        namespace: str,
        *,
        package: str | None = None,
        public_only: bool = False,
    ) -> int:
        """How many documents ``list`` would page through."""
        counted = select(func.count()).select_from(documents)
        query = _chosen(counted, collection, namespace, package, public_only)
        return await self._readers.run(lambda connection: connection.execute(query).scalar_one())


def _chosen(
    query: AnySelect,
    collection: Collection,
    namespace: str,
    package: str | None,
    public_only: bool,
) -> AnySelect:
    query = query.where(
        documents.c.namespace == namespace, documents.c.collection == _NUMBERS[collection]
    )
    if package is not None:
        query = query.where(documents.c.package == package)
    if public_only:
        query = query.where(documents.c.public)
    return query


def _key(fqn: FullyQualifiedEntityName) -> dict[str, str]:
    return {
        "of_namespace": fqn.namespace,
        "of_package": fqn.package or NOTHING,
        "of_name": fqn.name,
    }


def _listed(row: AnyRow) -> Document:
    """A document of a page; by position, because a page has hundreds of rows."""
    revision, namespace, package, name, collection, updated, public, _, body = row
    return Document(
        fqn=FullyQualifiedEntityName(namespace, package or None, name),
        collection=COLLECTIONS[collection],
        revision=revision,
        updated=updated,
        public=public,
        body=body,
    )


def _document(row: RowMapping, code: bytes | None) -> Document:
    return Document(
        fqn=FullyQualifiedEntityName(row["namespace"], row["package"] or None, row["name"]),
        collection=COLLECTIONS[row["collection"]],
        revision=row["revision"],
        updated=row["updated"],
        public=row["public"],
        body=row["body"],
        attachment=code,
    )


def _code(connection: Connection, attachment: int) -> bytes:
    parts = connection.execute(_PARTS, {"of_attachment": attachment}).scalars().all()
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _check(connection: Connection, changed: Sequence[Document]) -> list[AnyRow | None]:
    """Find what is stored under each name, before anything is written.

    Raises:
        DocumentConflictError: one of them is not in the state the caller saw.
    """
    if len({document.fqn for document in changed}) < len(changed):
        raise DocumentConflictError
    heads: list[AnyRow | None] = []
    for document in changed:
        head = connection.execute(_HEAD, _key(document.fqn)).one_or_none()
        if (0 if head is None else head.revision) != document.revision:
            raise DocumentConflictError
        heads.append(head)
    return heads


def _replace(connection: Connection, document: Document, head: AnyRow | None) -> int:
    """Write a document over the one that was there; it moves to a new revision."""
    renewed = document.attachment is not None or document.drop_attachment
    if head is not None:
        connection.execute(_DELETE, {"of_revision": head.revision})
        if renewed:
            _detach(connection, head)
    kept = None if head is None or renewed else head.attachment
    values = {
        "namespace": document.fqn.namespace,
        "package": document.fqn.package or NOTHING,
        "name": document.fqn.name,
        "collection": _NUMBERS[document.collection],
        "updated": document.updated,
        "public": document.public,
        "attachment": kept,
        "body": document.body,
    }
    key = connection.execute(insert(documents), values).inserted_primary_key
    assert key is not None, "a single row was inserted"
    revision: int = key[0]
    if document.attachment is not None:
        connection.execute(insert(attachments), list(_parts(revision, document.attachment)))
        connection.execute(_ATTACH, {"of_revision": revision})
    return revision


def _parts(attachment: int, code: bytes) -> Iterator[dict[str, object]]:
    """At least one part, so that empty code is not no code."""
    view = memoryview(code)
    for part, start in enumerate(range(0, max(len(code), 1), PART_BYTES)):
        data = view[start : start + PART_BYTES]
        yield {"attachment": attachment, "part": part, "data": data}


def _detach(connection: Connection, head: AnyRow) -> None:
    if head.attachment is not None:
        connection.execute(_DETACH, {"of_attachment": head.attachment})

"""Entities: one document for each name, optimistic revisions, lists newest first."""

import dataclasses

import pytest

from tests.conformance.stores.samples import START, document
from whisk_platform.common.errors import DocumentConflictError
from whisk_platform.entities.action import Collection
from whisk_platform.entities.names import FullyQualifiedEntityName
from whisk_platform.spi.stores import Document, Stores


async def _put(stores: Stores, made: Document) -> Document:
    (revision,) = await stores.artifacts.put(made)
    return dataclasses.replace(made, revision=revision)


async def _names(stores: Stores, namespace: str = "guest", **options: object) -> list[str]:
    options.setdefault("collection", Collection.ACTIONS)
    collection = options.pop("collection")
    assert isinstance(collection, Collection)
    found = await stores.artifacts.list(collection, namespace, **options)  # type: ignore[arg-type]
    return [each.fqn.name for each in found]


async def test_what_was_put_is_read_back_as_it_was(stores: Stores) -> None:
    made = await _put(stores, document("a", package="p", body=b'{"n":1.10}', public=True))
    assert await stores.artifacts.get(made.fqn) == made


async def test_an_unknown_name_reads_as_none(stores: Stores) -> None:
    await _put(stores, document("a", package="p"))
    assert await stores.artifacts.get(FullyQualifiedEntityName("guest", None, "a")) is None


async def test_code_is_read_only_when_asked_for(stores: Stores) -> None:
    made = await _put(stores, document("a", attachment=b"\x00code\xff"))
    found = await stores.artifacts.get(made.fqn)
    assert found is not None
    assert found.attachment is None
    found = await stores.artifacts.get(made.fqn, attachment=True)
    assert found is not None
    assert found.attachment == b"\x00code\xff"


async def test_code_of_several_megabytes_comes_back_whole(stores: Stores) -> None:
    code = bytes(range(256)) * 4096 * 3 + b"tail"
    made = await _put(stores, document("a", attachment=code))
    found = await stores.artifacts.get(made.fqn, attachment=True)
    assert found is not None
    assert found.attachment == code


async def test_empty_code_is_not_no_code(stores: Stores) -> None:
    made = await _put(stores, document("a", attachment=b""))
    found = await stores.artifacts.get(made.fqn, attachment=True)
    assert found is not None
    assert found.attachment == b""


async def test_an_update_without_code_keeps_the_code(stores: Stores) -> None:
    made = await _put(stores, document("a", attachment=b"code"))
    changed = await _put(stores, document("a", revision=made.revision, body=b'{"new":1}'))
    found = await stores.artifacts.get(made.fqn, attachment=True)
    assert found == dataclasses.replace(changed, attachment=b"code")


async def test_an_update_replaces_or_drops_the_code(stores: Stores) -> None:
    made = await _put(stores, document("a", attachment=b"old"))
    made = await _put(stores, document("a", revision=made.revision, attachment=b"new"))
    found = await stores.artifacts.get(made.fqn, attachment=True)
    assert found is not None
    assert found.attachment == b"new"
    await _put(stores, document("a", revision=made.revision, drop_attachment=True))
    found = await stores.artifacts.get(made.fqn, attachment=True)
    assert found is not None
    assert found.attachment is None


async def test_all_four_kinds_share_the_names(stores: Stores) -> None:
    await _put(stores, document("a", collection=Collection.ACTIONS))
    with pytest.raises(DocumentConflictError):
        await stores.artifacts.put(document("a", collection=Collection.TRIGGERS))


async def test_a_package_and_a_packaged_action_do_not_collide(stores: Stores) -> None:
    await _put(stores, document("p", collection=Collection.PACKAGES))
    await _put(stores, document("p", package="p"))
    await _put(stores, document("p", namespace="other"))


async def test_creating_what_exists_is_a_conflict(stores: Stores) -> None:
    made = await _put(stores, document("a", body=b"1"))
    with pytest.raises(DocumentConflictError):
        await stores.artifacts.put(document("a", body=b"2"))
    assert await stores.artifacts.get(made.fqn) == made


async def test_a_write_from_an_old_revision_is_a_conflict(stores: Stores) -> None:
    old = await _put(stores, document("a", body=b"1"))
    new = await _put(stores, dataclasses.replace(old, body=b"2"))
    assert new.revision > old.revision
    with pytest.raises(DocumentConflictError):
        await stores.artifacts.put(dataclasses.replace(old, body=b"3"))
    with pytest.raises(DocumentConflictError):
        await stores.artifacts.delete(old)
    assert await stores.artifacts.get(old.fqn) == new


async def test_a_document_made_again_is_not_the_one_that_was_deleted(stores: Stores) -> None:
    first = await _put(stores, document("a"))
    await stores.artifacts.delete(first)
    second = await _put(stores, document("a"))
    assert second.revision > first.revision


async def test_deleting_takes_the_code_with_it(stores: Stores) -> None:
    made = await _put(stores, document("a", attachment=b"code"))
    await stores.artifacts.delete(made)
    assert await stores.artifacts.get(made.fqn) is None
    await _put(stores, document("a"))
    found = await stores.artifacts.get(made.fqn, attachment=True)
    assert found is not None
    assert found.attachment is None


async def test_deleting_what_is_gone_is_a_conflict(stores: Stores) -> None:
    made = await _put(stores, document("a"))
    await stores.artifacts.delete(made)
    with pytest.raises(DocumentConflictError):
        await stores.artifacts.delete(made)


async def test_several_are_written_all_or_none(stores: Stores) -> None:
    trigger = await _put(stores, document("t", collection=Collection.TRIGGERS, body=b"1"))
    changed = dataclasses.replace(trigger, body=b"2")
    stale = document("r", collection=Collection.RULES, revision=4_000)
    with pytest.raises(DocumentConflictError):
        await stores.artifacts.put(changed, stale)
    assert await stores.artifacts.get(trigger.fqn) == trigger
    rule = document("r", collection=Collection.RULES)
    revisions = await stores.artifacts.put(changed, rule)
    assert await stores.artifacts.get(trigger.fqn) == dataclasses.replace(
        changed, revision=revisions[0]
    )
    assert await stores.artifacts.get(rule.fqn) == dataclasses.replace(rule, revision=revisions[1])


async def test_several_are_deleted_all_or_none(stores: Stores) -> None:
    first, second = await _put(stores, document("a")), await _put(stores, document("b"))
    with pytest.raises(DocumentConflictError):
        await stores.artifacts.delete(first, dataclasses.replace(second, revision=4_000))
    assert await _names(stores) == ["b", "a"]
    await stores.artifacts.delete(first, second)
    assert await _names(stores) == []


async def test_lists_are_newest_first_and_ties_go_to_the_last_written(stores: Stores) -> None:
    for name, updated in (("old", 1), ("tie1", 5), ("tie2", 5), ("new", 9)):
        await _put(stores, document(name, updated=updated))
    assert await _names(stores) == ["new", "tie2", "tie1", "old"]
    assert await _names(stores, skip=1, limit=2) == ["tie2", "tie1"]
    assert await _names(stores, skip=4) == []


async def test_an_update_moves_a_document_to_the_front(stores: Stores) -> None:
    first = await _put(stores, document("first"))
    await _put(stores, document("second"))
    assert await _names(stores) == ["second", "first"]
    await _put(stores, first)
    assert await _names(stores) == ["first", "second"]


async def test_a_list_keeps_to_its_collection_namespace_and_package(stores: Stores) -> None:
    await _put(stores, document("plain", updated=START))
    await _put(stores, document("packaged", package="p", updated=START + 1))
    await _put(stores, document("elsewhere", package="q", updated=START + 2))
    await _put(stores, document("foreign", namespace="other"))
    await _put(stores, document("trigger", collection=Collection.TRIGGERS))
    assert await _names(stores) == ["elsewhere", "packaged", "plain"]
    assert await _names(stores, package="p") == ["packaged"]
    assert await _names(stores, "other") == ["foreign"]
    assert await _names(stores, "nobody") == []
    assert await _names(stores, collection=Collection.TRIGGERS) == ["trigger"]


async def test_strangers_are_listed_public_documents_only(stores: Stores) -> None:
    await _put(stores, document("open", collection=Collection.PACKAGES, public=True))
    await _put(stores, document("closed", collection=Collection.PACKAGES))
    assert await _names(stores, collection=Collection.PACKAGES, public_only=True) == ["open"]
    assert await stores.artifacts.count(Collection.PACKAGES, "guest", public_only=True) == 1


async def test_lists_carry_no_code(stores: Stores) -> None:
    await _put(stores, document("a", attachment=b"code"))
    (found,) = await stores.artifacts.list(Collection.ACTIONS, "guest")
    assert found.attachment is None


async def test_a_count_is_the_length_of_the_list(stores: Stores) -> None:
    for number in range(5):
        await _put(stores, document(f"a{number}", package="p" if number % 2 else None))
    assert await stores.artifacts.count(Collection.ACTIONS, "guest") == 5
    assert await stores.artifacts.count(Collection.ACTIONS, "guest", package="p") == 2
    assert await stores.artifacts.count(Collection.RULES, "guest") == 0

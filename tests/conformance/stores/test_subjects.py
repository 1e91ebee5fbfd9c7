"""Subjects, keys and limits."""

import pytest

from tests.conformance.stores.samples import identity
from whisk_platform.common.errors import DocumentConflictError
from whisk_platform.entities.limits import NamespaceLimits
from whisk_platform.spi.stores import Stores, Subject


async def test_a_key_finds_its_identity(stores: Stores) -> None:
    anna = identity()
    await stores.subjects.put_identity(anna)
    assert await stores.subjects.by_key(anna.authkey.uuid, anna.authkey.key) == anna
    assert await stores.subjects.by_namespace(anna.namespace) == anna


@pytest.mark.parametrize(
    ("uuid", "key"),
    [("u", "K"), ("U", "k"), ("u", ""), ("", ""), ("u:", "k"), ("u", "k" * 70_000), ("u", "\xe9")],
)
async def test_a_wrong_key_finds_nobody(stores: Stores, uuid: str, key: str) -> None:
    await stores.subjects.put_identity(identity(uuid="u", key="k"))
    assert await stores.subjects.by_key(uuid, key) is None


async def test_a_key_is_replaced_at_once(stores: Stores) -> None:
    await stores.subjects.put_identity(identity(uuid="u1", key="old"))
    await stores.subjects.put_identity(identity(uuid="u1", key="new"))
    assert await stores.subjects.by_key("u1", "old") is None
    assert await stores.subjects.by_key("u1", "new") is not None
    await stores.subjects.put_identity(identity(uuid="u2", key="new"))
    assert await stores.subjects.by_key("u1", "new") is None
    assert await stores.subjects.by_key("u2", "new") is not None


async def test_a_blocked_subject_is_invisible_but_not_gone(stores: Stores) -> None:
    anna = identity()
    await stores.subjects.put_identity(anna)
    assert await stores.subjects.block(anna.subject, True)
    assert await stores.subjects.by_key(anna.authkey.uuid, anna.authkey.key) is None
    assert await stores.subjects.by_namespace(anna.namespace) is None
    assert await stores.subjects.get(anna.subject) == Subject(
        name=anna.subject, identities=(anna,), blocked=True
    )
    assert await stores.subjects.block(anna.subject, False)
    assert await stores.subjects.by_key(anna.authkey.uuid, anna.authkey.key) == anna
    assert not await stores.subjects.block("nobody", True)


async def test_a_subject_may_own_several_namespaces(stores: Stores) -> None:
    one = identity(namespace="one", uuid="u1")
    two = identity(namespace="two", uuid="u2")
    await stores.subjects.put_identity(one)
    await stores.subjects.put_identity(two)
    assert await stores.subjects.get(one.subject) == Subject(
        name=one.subject, identities=(one, two)
    )
    assert await stores.subjects.by_namespace("two") == two


async def test_nobody_takes_somebody_elses_namespace_or_uuid(stores: Stores) -> None:
    anna = identity("anna-somebody", uuid="u1")
    await stores.subjects.put_identity(anna)
    with pytest.raises(DocumentConflictError):
        await stores.subjects.put_identity(
            identity("berta-somebody", namespace=anna.namespace, uuid="u2")
        )
    with pytest.raises(DocumentConflictError):
        await stores.subjects.put_identity(identity("berta-somebody", uuid="u1"))
    assert await stores.subjects.by_namespace(anna.namespace) == anna
    assert await stores.subjects.get("berta-somebody") is None


async def test_subjects_are_listed_in_order_of_their_names(stores: Stores) -> None:
    for number, name in enumerate(("carla", "anna", "berta", "dora")):
        await stores.subjects.put_identity(identity(name, uuid=str(number)))

    async def names(skip: int = 0, limit: int = 0) -> list[str]:
        return [each.name for each in await stores.subjects.list(skip=skip, limit=limit)]

    assert await names() == ["anna", "berta", "carla", "dora"]
    assert await names(1, 2) == ["berta", "carla"]
    assert await names(3) == ["dora"]


async def test_a_subject_or_one_of_its_namespaces_can_be_removed(stores: Stores) -> None:
    one = identity(namespace="one", uuid="u1")
    two = identity(namespace="two", uuid="u2")
    await stores.subjects.put_identity(one)
    await stores.subjects.put_identity(two)
    assert not await stores.subjects.delete(one.subject, namespace="three")
    assert await stores.subjects.delete(one.subject, namespace="one")
    assert await stores.subjects.by_namespace("one") is None
    assert await stores.subjects.by_namespace("two") == two
    assert await stores.subjects.delete(one.subject)
    assert not await stores.subjects.delete(one.subject)
    assert await stores.subjects.get(one.subject) is None
    assert await stores.subjects.by_namespace("two") is None


async def test_a_subject_goes_with_its_last_namespace(stores: Stores) -> None:
    anna = identity()
    await stores.subjects.put_identity(anna)
    assert await stores.subjects.delete(anna.subject, namespace=anna.namespace)
    assert await stores.subjects.get(anna.subject) is None


async def test_limits_come_with_the_identity_until_they_are_removed(stores: Stores) -> None:
    anna = identity()
    await stores.subjects.put_identity(anna)
    own = NamespaceLimits(invocations_per_minute=7, allowed_kinds=["python:3.11"])
    await stores.subjects.set_limits(anna.namespace, own)
    found = await stores.subjects.by_key(anna.authkey.uuid, anna.authkey.key)
    assert found is not None
    assert found.limits == own
    await stores.subjects.set_limits(anna.namespace, None)
    assert await stores.subjects.by_namespace(anna.namespace) == anna

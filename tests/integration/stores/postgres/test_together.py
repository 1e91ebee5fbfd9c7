"""Several processes over one database: nobody's change is lost, nothing is there twice."""

import asyncio
import dataclasses

import pytest

from tests import postgres
from tests.conformance.stores.samples import START, activation, document, entry, identity, plain
from whisk_platform.common.errors import DocumentConflictError, StoreError
from whisk_platform.common.ids import new_activation_id
from whisk_platform.entities.action import Collection
from whisk_platform.spi.membership import Accepted
from whisk_platform.spi.stores import ActivationFilter
from whisk_platform.stores.sql.postgres.provider import PostgresStores

GUEST = ActivationFilter(namespace="guest")


async def test_of_two_writes_from_one_revision_one_wins(
    stores: PostgresStores, others: PostgresStores
) -> None:
    (revision,) = await stores.artifacts.put(document("a"))
    for number in range(20):
        outcomes = await asyncio.gather(
            *(
                each.artifacts.put(document("a", revision=revision, body=name))
                for each, name in ((stores, b"1"), (others, b"2"))
            ),
            return_exceptions=True,
        )
        won = [outcome for outcome in outcomes if isinstance(outcome, tuple)]
        lost = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        assert len(won) == 1, number
        assert isinstance(lost[0], DocumentConflictError), lost
        (revision,) = won[0]


async def test_of_two_deletions_one_wins(stores: PostgresStores, others: PostgresStores) -> None:
    for _ in range(20):
        (revision,) = await stores.artifacts.put(document("a", attachment=b"code"))
        made = document("a", revision=revision)
        outcomes = await asyncio.gather(
            stores.artifacts.delete(made), others.artifacts.delete(made), return_exceptions=True
        )
        assert sorted(map(type, outcomes), key=str) == [type(None), DocumentConflictError], outcomes


async def test_of_many_who_create_the_same_one_wins(
    stores: PostgresStores, others: PostgresStores
) -> None:
    made = [each.artifacts.put(document("a")) for each in (stores, others) for _ in range(10)]
    outcomes = await asyncio.gather(*made, return_exceptions=True)
    assert len([each for each in outcomes if isinstance(each, tuple)]) == 1
    assert {type(each) for each in outcomes} == {tuple, DocumentConflictError}


async def test_documents_that_cross_are_written_all_or_none(
    stores: PostgresStores, others: PostgresStores
) -> None:
    """Two who change the same two in opposite order would wait for each other."""
    revisions = dict(
        zip("ab", await stores.artifacts.put(document("a"), document("b")), strict=True)
    )
    for number in range(10):
        body = str(number).encode()
        new = {name: document(name, revision=revisions[name], body=body) for name in "ab"}
        outcomes = await asyncio.gather(
            stores.artifacts.put(new["a"], new["b"]),
            others.artifacts.put(new["b"], new["a"]),
            return_exceptions=True,
        )
        assert len([each for each in outcomes if isinstance(each, tuple)]) == 1, outcomes
        found = await stores.artifacts.list(Collection.ACTIONS, "guest")
        assert [each.body for each in found] == [body, body]
        revisions = {each.fqn.name: each.revision for each in found}


async def test_a_subject_that_two_begin_has_both_namespaces(
    stores: PostgresStores, others: PostgresStores
) -> None:
    one, two = identity(namespace="one", uuid="u1"), identity(namespace="two", uuid="u2")
    await asyncio.gather(stores.subjects.put_identity(one), others.subjects.put_identity(two))
    found = await stores.subjects.get(one.subject)
    assert found is not None
    assert found.identities == (one, two)


async def test_a_change_is_seen_by_the_others_at_once(
    stores: PostgresStores, others: PostgresStores
) -> None:
    await stores.subjects.put_identity(identity())
    assert await others.subjects.by_namespace("anna-somebody") == identity()
    await others.subjects.block("anna-somebody", True)
    assert await stores.subjects.by_namespace("anna-somebody") is None


async def test_records_of_new_actions_from_everybody_share_what_they_have_in_common(
    stores: PostgresStores, others: PostgresStores
) -> None:
    for number in range(200):
        for each in (stores, others):
            each.activations.store(activation(f"a{number % 40}", start=START + number))
    await asyncio.gather(stores.activations.flush(), others.activations.flush())
    assert await stores.activations.count(GUEST) == 400
    named = dataclasses.replace(GUEST, name="a7")
    assert await others.activations.count(named) == 10


async def test_a_record_that_two_write_is_there_once(
    stores: PostgresStores, others: PostgresStores
) -> None:
    """The invoker's own, and the one that a controller writes for lost work, may both come."""
    record = activation()
    late = activation("hello", activation_id=record.activation_id, start=START + 9)
    stores.activations.store(record)
    await stores.activations.flush()
    others.activations.store(late)
    await others.activations.flush()
    assert await stores.activations.count(GUEST) == 1
    found = await others.activations.get("guest", record.activation_id)
    assert found is not None
    assert plain(found) == plain(record)
    await stores.retention.sweep()
    assert stores.retention.total.records == 1


async def test_positions_that_two_gave_away_come_together(
    stores: PostgresStores, others: PostgresStores
) -> None:
    """A page that would end between two records of one position takes both."""
    for each in (stores, others):
        each.activations.store(activation())
    await asyncio.gather(stores.activations.flush(), others.activations.flush())
    everything = await stores.activations.history(GUEST, after=0, upto=1 << 62, limit=9)
    assert len(everything) == 2
    first = await stores.activations.history(GUEST, after=0, upto=1 << 62, limit=1)
    same = everything[0].position == everything[1].position
    assert len(first) == (2 if same else 1)


async def test_the_journal_of_another_process_is_not_ours(
    stores: PostgresStores, others: PostgresStores
) -> None:
    mine, theirs = entry(), entry()
    await stores.activations.accept(mine)
    await others.activations.accept(theirs)
    assert list(await stores.activations.pending()) == [mine]
    assert list(await others.activations.pending()) == [theirs]


async def test_a_record_from_any_process_ends_accepted_work(
    stores: PostgresStores, others: PostgresStores
) -> None:
    record = activation()
    work = Accepted(activation_id=record.activation_id, controller=0, invoker=1, work=b"{}")
    stores.accepted.note(work)
    await stores.accepted.flush()
    assert await others.accepted.open(invoker=1) == [work]
    others.activations.store(record)
    await others.activations.flush()
    assert await stores.accepted.open() == []
    # Noted late, it is not open either.
    stores.accepted.note(work)
    await stores.accepted.flush()
    assert await stores.accepted.open() == []
    assert await stores.accepted.take_over(0, by=0) == []


async def test_too_many_who_wait_are_refused(stores: PostgresStores) -> None:
    asked = [stores.activations.get("guest", new_activation_id()) for _ in range(1_100)]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    refused = [each for each in outcomes if isinstance(each, StoreError)]
    assert len(refused) == 1_100 - 1_004
    assert refused[0].status == 503
    assert await stores.activations.get("guest", new_activation_id()) is None


async def test_a_full_queue_refuses_work_and_drops_nothing(dsn: str) -> None:
    stores = PostgresStores(postgres.settings(dsn, queue_records=10))
    await stores.open()
    for _ in range(30):
        stores.activations.store(activation())
    assert not stores.activations.has_room()
    with pytest.raises(StoreError, match="Too many activation records wait"):
        await stores.activations.accept(entry())
    await stores.activations.flush()
    await stores.activations.accept(entry())
    assert await stores.activations.count(GUEST) == 30
    await stores.close()

"""The bus of one process."""

import pytest

from tests.unit.invoker.samples import action, identity, message
from whisk_platform.common.counters import COUNTERS
from whisk_platform.common.errors import StoreError, UnavailableError
from whisk_platform.entities import journal
from whisk_platform.entities.activation import Response, StatusCode
from whisk_platform.entities.messages import Acknowledgement, ActivationMessage
from whisk_platform.invoker.record import Course, record
from whisk_platform.messaging.memory import MemoryBus
from whisk_platform.stores.memory import MemoryActivations

TOPIC = "invoker0"


async def test_a_blocking_message_is_handed_over_as_it_is_and_written_nowhere() -> None:
    activations, taken = MemoryActivations(), list[ActivationMessage]()
    bus = MemoryBus(activations)
    bus.subscribe(TOPIC, taken.append)
    before = COUNTERS.snapshot()
    sent = message()
    await bus.send(TOPIC, sent)
    assert taken == [sent]
    assert taken[0] is sent
    assert activations.accepts == 0
    assert COUNTERS.since(before).bus_messages == 0


async def test_a_journaled_message_is_durable_before_anybody_takes_it() -> None:
    activations = MemoryActivations()
    bus = MemoryBus(activations)
    durable: list[bool] = []
    bus.subscribe(TOPIC, lambda m: durable.append(m.activation_id in activations.journal))
    await bus.send(TOPIC, message(journaled=True))
    assert durable == [True]


async def test_what_could_not_be_made_durable_is_not_handed_over() -> None:
    activations, taken = MemoryActivations(), list[ActivationMessage]()
    activations.fail_with = StoreError()
    bus = MemoryBus(activations)
    bus.subscribe(TOPIC, taken.append)
    with pytest.raises(StoreError):
        await bus.send(TOPIC, message(journaled=True))
    assert taken == []


async def test_several_messages_are_made_durable_in_one_write() -> None:
    activations, taken = MemoryActivations(), list[ActivationMessage]()
    bus = MemoryBus(activations)
    bus.subscribe(TOPIC, taken.append)
    sent = [message(journaled=True) for _ in range(100)]
    await bus.send_all(TOPIC, sent)
    assert taken == sent
    assert activations.accepts == 1
    assert list(activations.journal) == [m.activation_id for m in sent]


@pytest.mark.parametrize("obstacle", ["nobody listens", "no room in the store", "no room there"])
async def test_what_cannot_be_taken_is_refused_before_it_is_written(obstacle: str) -> None:
    activations = MemoryActivations(room=0 if obstacle == "no room in the store" else 10)
    bus = MemoryBus(activations)
    if obstacle != "nobody listens":
        room = obstacle != "no room there"
        bus.subscribe(TOPIC, lambda _: None, room=lambda _: room)
    with pytest.raises(UnavailableError):
        await bus.send(TOPIC, message(journaled=True))
    with pytest.raises(UnavailableError):
        await bus.send_all(TOPIC, [message(), message(journaled=True)])
    assert activations.accepts == 0


async def test_a_message_of_a_former_life_is_handed_over_without_being_written_again() -> None:
    activations, taken = MemoryActivations(), list[ActivationMessage]()
    bus = MemoryBus(activations)
    with pytest.raises(UnavailableError):
        bus.redeliver(TOPIC, message(journaled=True))
    bus.subscribe(TOPIC, taken.append)
    bus.redeliver(TOPIC, message(journaled=True))
    assert len(taken) == 1
    assert activations.accepts == 0


async def test_acknowledgements_reach_their_controller_and_a_missing_one_does_no_harm() -> None:
    bus, got = MemoryBus(MemoryActivations()), list[Acknowledgement]()
    bus.subscribe_acknowledgements("completed0", got.append)
    response = Response(status_code=StatusCode.SUCCESS)
    sent = message()
    acknowledgement = Acknowledgement(
        transid=sent.transid,
        activation_id=sent.activation_id,
        activation=record(sent, None, Course(response=response, start_ms=0)),
    )
    bus.acknowledge("completed0", acknowledgement)
    bus.acknowledge("completed1", acknowledgement)
    assert got == [acknowledgement]


def test_a_message_comes_back_from_the_journal_as_it_went_in_but_without_its_key() -> None:
    sent = message(
        action("pkg/a"),
        content=b'{"a":1.10,"b":1e400}',
        init={"level": b"1.10"},
        cause="c" * 32,
        binding="guest/bound",
        journaled=True,
        user=identity("me"),
    )
    entry = journal.encode(sent)
    assert sent.user.authkey.key.encode() not in entry
    assert journal.owner(entry) == journal.ACTIVATION
    read = journal.decode(entry)
    assert read.user.authkey.key == ""
    assert read.user.authkey.uuid == sent.user.authkey.uuid
    resumed = journal.resume(read, sent.user)
    assert bytes(resumed.content) == bytes(sent.content)
    assert bytes(resumed.init_content["level"]) == b"1.10"
    assert journal.encode(resumed) == entry


@pytest.mark.parametrize("entry", [b"", b"{}", b'{"of":"activation"}', b"[1]", b"\xff"])
def test_a_corrupt_entry_of_the_journal_is_told_as_such(entry: bytes) -> None:
    with pytest.raises(journal.CorruptJournalError):
        journal.decode(entry)


def test_somebody_elses_entry_is_told_by_its_owner() -> None:
    entry = b'{"of":"sequence","whatever":1}'
    assert journal.owner(entry) == "sequence"
    with pytest.raises(journal.CorruptJournalError):
        journal.decode(entry)

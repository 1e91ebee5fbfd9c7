"""Messages through a real Kafka: whole, at most once, and none lost without a word.

Source: contracts data-plane §3; design.md §5 Delivery.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.waiting import eventually
from whisk_platform.common.errors import WhiskError
from whisk_platform.common.ids import ActivationId, new_activation_id, new_transaction_id
from whisk_platform.common.jsontext import RawJSON
from whisk_platform.entities.activation import Activation, Response, StatusCode
from whisk_platform.entities.identity import AuthKey, Identity
from whisk_platform.entities.messages import Acknowledgement, ActivationMessage
from whisk_platform.entities.names import FullyQualifiedEntityName
from whisk_platform.messaging.kafka.bus import KafkaBus
from whisk_platform.messaging.kafka.client import Connection, Reader, Reading, Sender
from whisk_platform.messaging.schemas import instances
from whisk_platform.supervisor.kafka.broker import Broker

USER = Identity(subject="guest", namespace="guest", authkey=AuthKey(uuid="u", key="secret"))


def _message(number: int = 0, *, blocking: bool = False) -> ActivationMessage:
    return ActivationMessage(
        transid=new_transaction_id(),
        received_ms=5,
        action=FullyQualifiedEntityName("guest", None, "hello"),
        revision=3,
        user=USER,
        activation_id=new_activation_id(),
        controller="0",
        blocking=blocking,
        content=RawJSON(b'{"n":%d,"exact":1.10}' % number),
    )


def _id(message: ActivationMessage) -> str:
    return message.activation_id


def _acknowledgement(message: ActivationMessage, result: bytes = b"{}") -> Acknowledgement:
    activation = Activation(
        activation_id=message.activation_id,
        namespace="guest",
        name="hello",
        version="0.0.1",
        subject="guest",
        start=1,
        end=2,
        duration=1,
        response=Response(status_code=StatusCode.SUCCESS, result=RawJSON(result)),
    )
    return Acknowledgement(
        transid=message.transid, activation_id=message.activation_id, activation=activation
    )


@asynccontextmanager
async def _bus(connection: Connection, **more: object) -> AsyncIterator[KafkaBus]:
    """A bus on topics that no other test has."""
    prefix = more.pop("prefix", None) or f"t{new_activation_id()}"
    bus = KafkaBus(connection, prefix=str(prefix), **more)  # type: ignore[arg-type]
    try:
        await bus.ensure("invoker0", "completed0")
        yield bus
    finally:
        await bus.close()


async def test_every_message_arrives_once_and_whole(connection: Connection) -> None:
    """In order too, but for those that had to be tried again."""
    async with _bus(connection) as bus:
        received: list[ActivationMessage] = []
        bus.subscribe("invoker0", received.append)
        sent = [_message(number) for number in range(300)]
        await bus.send_all("invoker0", sent)
        await eventually(lambda: len(received) == 300, "all of them")
        assert sorted(received, key=_id) == sorted(sent, key=_id)


async def test_an_acknowledgement_comes_back_with_its_record(connection: Connection) -> None:
    invoker = instances.invoker(0, 1024)
    async with _bus(connection, instance=invoker) as bus:
        answered: list[Acknowledgement] = []
        bus.subscribe_acknowledgements("completed0", answered.append)
        acknowledgement = _acknowledgement(_message(), b'{"lone":"\\ud800","exact":1.10}')
        bus.acknowledge("completed0", acknowledgement)
        await eventually(lambda: answered, "the answer")
        assert answered == [acknowledgement]


async def test_a_record_that_the_broker_does_not_take_travels_as_its_id(
    connection: Connection,
) -> None:
    found: list[ActivationId] = []
    async with _bus(connection, payload_bytes=10_000, id_only=found.append) as bus:
        answered: list[Acknowledgement] = []
        bus.subscribe_acknowledgements("completed0", answered.append)
        acknowledgement = _acknowledgement(_message(), b'"%s"' % (b"x" * 100_000))
        bus.acknowledge("completed0", acknowledgement)
        await eventually(lambda: found, "the id")
        assert (found, answered) == ([acknowledgement.activation_id], [])


async def test_no_more_is_taken_than_may_be_held(connection: Connection) -> None:
    async with _bus(connection, allowance=3) as bus:
        received: list[ActivationMessage] = []
        bus.subscribe("invoker0", received.append)
        await bus.send_all("invoker0", [_message(number) for number in range(10)])
        await eventually(lambda: len(received) == 3, "three")
        for done in range(10):
            assert len(received) <= done + 3
            bus.acknowledge("completed0", _acknowledgement(received[done]))
            await eventually(lambda at=done: len(received) >= min(10, at + 4), "the next")  # type: ignore[misc]


async def test_a_message_is_never_handed_over_twice(connection: Connection) -> None:
    """Also not to the next life of the invoker, which goes on behind what was committed."""
    prefix = f"t{new_activation_id()}"
    first: list[ActivationMessage] = []
    async with _bus(connection, prefix=prefix, allowance=5) as bus:
        bus.subscribe("invoker0", first.append)
        await bus.send_all("invoker0", [_message(number) for number in range(10)])
        await eventually(lambda: len(first) == 5, "as many as it may hold")
    second: list[ActivationMessage] = []
    async with _bus(connection, prefix=prefix) as bus:
        bus.subscribe("invoker0", second.append)
        await eventually(lambda: len(second) == 5, "the rest")
    contents = sorted(bytes(message.content) for message in (*first, *second))
    assert contents == [bytes(_message(number).content) for number in range(10)]


async def test_what_cannot_be_read_holds_nothing_up(connection: Connection) -> None:
    async with _bus(connection, prefix="poison", allowance=1) as bus:
        received: list[ActivationMessage] = []
        bus.subscribe("invoker0", received.append)
        sender = Sender(connection, 1 << 20)
        for body in (b"not json", b"{}", b"\xff"):
            await sender.deliver("poisoninvoker0", body)
        await sender.close()
        message = _message()
        await bus.send("invoker0", message)
        await eventually(lambda: received, "the one that can be read")
        assert received == [message]


async def test_the_key_stays_at_home_unless_the_action_is_to_get_it(
    connection: Connection,
) -> None:
    async with _bus(connection, needs_key=lambda message: message.blocking) as bus:
        received: list[ActivationMessage] = []
        bus.subscribe("invoker0", received.append)
        await bus.send_all("invoker0", [_message(), _message(blocking=True)])
        await eventually(lambda: len(received) == 2, "both")
        assert [message.user.authkey.key for message in received] == ["", "secret"]


async def test_what_others_do_not_know_is_passed_over(connection: Connection) -> None:
    """A reader that begins with what is new does not see what was there before."""
    sender = Sender(connection, 1 << 20)
    async with _bus(connection, prefix="news") as bus:
        await sender.deliver("newscompleted0", b"old")
        seen: list[bytes] = []
        news = Reading(topic="newscompleted0", group="g", newest=True, commits=False)
        reader = Reader(connection, news, seen.extend, 100)
        await eventually(lambda: _sent_and(sender, seen), "something new")
        assert set(seen) == {b"new"}
        await reader.close()
        await sender.close()
        assert bus is not None


async def _sent_and(sender: Sender, seen: list[bytes]) -> bool:
    await sender.deliver("newscompleted0", b"new")
    return bool(seen)


async def test_who_waits_is_told_that_a_message_was_not_delivered(
    connection: Connection,
) -> None:
    told: list[tuple[ActivationId, WhiskError]] = []

    def undelivered(activation_id: ActivationId, problem: WhiskError) -> None:
        told.append((activation_id, problem))

    async with _bus(connection, undelivered=undelivered, patience_s=1.0) as bus:
        message = _message(blocking=True)
        assert not bus.try_send("invoker0", _message())
        assert bus.try_send("nowhere", message)
        await eventually(lambda: told, "the bad news", 60.0)
        assert told[0][0] == message.activation_id


async def test_a_broker_that_was_killed_has_lost_nothing_that_it_acknowledged(
    own_broker: Broker,
) -> None:
    connection = Connection(bootstrap=own_broker.address)
    async with _bus(connection, prefix="t") as bus:
        received: list[ActivationMessage] = []
        bus.subscribe("invoker0", received.append)
        before = [_message(number) for number in range(50)]
        await bus.send_all("invoker0", before)
        await eventually(lambda: len(received) == 50, "those before")
        await own_broker.stop(kill=True)
        during = asyncio.create_task(bus.send("invoker0", late := _message(50)))
        await own_broker.start()
        await during
        await eventually(lambda: len(received) >= 51, "the one sent meanwhile", 60.0)
        assert sorted(received, key=_id) == sorted([*before, late], key=_id)


async def test_closing_takes_no_answer_with_it(connection: Connection) -> None:
    prefix = f"t{new_activation_id()}"
    answers = [_acknowledgement(_message(number)) for number in range(200)]
    async with _bus(connection, prefix=prefix) as bus:
        for each in answers:
            bus.acknowledge("completed0", each)
    got: list[Acknowledgement] = []
    async with _bus(connection, prefix=prefix) as bus:
        bus.subscribe_acknowledgements("completed0", got.append)
        await eventually(lambda: len(got) == 200, "all answers")
    assert {each.activation_id for each in got} == {each.activation_id for each in answers}

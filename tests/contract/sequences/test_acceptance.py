"""Contract §5.1 and §3.4: sequences that nobody waits for, or not long enough; rules."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.contract.programs import Workshop, annotated
from tests.waiting import eventually
from whisk_platform.containers.simulated import Step
from whisk_platform.entities import journal
from whisk_platform.spi.stores import JournalEntry


async def _pending(workshop: Workshop) -> Sequence[JournalEntry]:
    return await workshop.platform.stores.activations.pending()


async def _closed(workshop: Workshop) -> None:
    async def empty() -> bool:
        return not await _pending(workshop)

    await eventually(empty, "the journal to be closed")


@pytest.fixture
async def slow(workshop: Workshop) -> Workshop:
    """A sequence ``s`` whose component takes a while."""
    await workshop.action("a", lambda _: Step(takes_s=1, body=b'{"done":true}'))
    await workshop.sequence("s", "a")
    return workshop


async def test_a_sequence_that_nobody_waits_for_is_accepted_with_its_own_id(
    workshop: Workshop,
) -> None:
    await workshop.actions("a")
    await workshop.sequence("s", "a")
    reply = await workshop.guest.post("actions/s", {"x": 1})
    assert (reply.status, list(reply.json)) == (202, ["activationId"])
    assert reply.headers["x-openwhisk-activation-id"] == reply.json["activationId"]
    record = await workshop.record(reply.json["activationId"])
    assert (record["name"], record["response"]["result"]) == ("s", {"x": 1})


async def test_it_stands_in_the_journal_until_its_record_is_written(slow: Workshop) -> None:
    reply = await slow.guest.post("actions/s", {"x": 1})
    (entry,) = await _pending(slow)
    assert entry.activation_id == reply.json["activationId"]
    assert entry.started
    message = journal.decode(entry.message)
    assert (str(message.action), bytes(message.content)) == ("guest/s", b'{"x":1}')
    assert message.user.authkey.key == ""
    await slow.record(reply.json["activationId"])
    await _closed(slow)


async def test_a_sequence_that_is_answered_is_in_no_journal(slow: Workshop) -> None:
    reply = await slow.run("s")
    assert reply.status == 200
    assert await _pending(slow) == []


async def test_a_wait_that_is_over_is_answered_with_the_id_and_the_sequence_goes_on(
    slow: Workshop,
) -> None:
    reply = await slow.run("s", timeout=50)
    assert (reply.status, list(reply.json)) == (202, ["activationId"])
    (entry,) = await _pending(slow)
    assert entry.activation_id == reply.json["activationId"]
    record = await slow.record(reply.json["activationId"])
    assert record["response"]["result"] == {"done": True}
    assert len(record["logs"]) == 1
    await _closed(slow)


async def test_a_rule_may_run_a_sequence_with_the_triggers_parameters(workshop: Workshop) -> None:
    await workshop.action("a")
    await workshop.action("b", lambda arguments: {**arguments, "b": True})
    await workshop.sequence("s", "a", "b")
    await workshop.guest.put("triggers/t", {"parameters": [{"key": "p", "value": 1}]})
    await workshop.guest.put("rules/r", {"trigger": "/_/t", "action": "/_/s"})
    fired = await workshop.guest.post("triggers/t", {"x": 2})
    assert fired.status == 202
    listed: list[dict[str, Any]] = []

    async def recorded() -> bool:
        listed[:] = (await workshop.guest.get("activations", name="s", docs=True)).json
        return bool(listed)

    await eventually(recorded, "the record of the sequence")
    (record,) = listed
    result = record["response"]["result"]
    assert {key: result[key] for key in ("p", "x", "b")} == {"p": 1, "x": 2, "b": True}
    assert "cause" not in record
    assert annotated(record)["topmost"] is True

"""Contract §5.3 and §3.4: compositions that nobody waits for, and steps that fail."""

import pytest

from tests.contract.conductors.scores import call, steps
from tests.contract.programs import Workshop, annotated, outcome
from tests.waiting import eventually
from whisk_platform.containers.simulated import Step
from whisk_platform.entities import journal

FAILED = {"error": "Activation failure during composition."}


async def _closed(workshop: Workshop) -> None:
    async def empty() -> bool:
        return not await workshop.platform.stores.activations.pending()

    await eventually(empty, "the journal to be closed")


@pytest.fixture
async def slow(workshop: Workshop) -> Workshop:
    """A composition ``c`` whose component takes a while."""
    await workshop.action("a", lambda _: Step(takes_s=1, body=b'{"done":true}'))
    await workshop.conductor("c", steps(call("a")))
    return workshop


async def test_a_composition_that_nobody_waits_for_is_in_the_journal_until_its_record_is_written(
    slow: Workshop,
) -> None:
    reply = await slow.guest.post("actions/c", {"x": 1})
    assert (reply.status, list(reply.json)) == (202, ["activationId"])
    (entry,) = await slow.platform.stores.activations.pending()
    assert (entry.activation_id, entry.started) == (reply.json["activationId"], True)
    message = journal.decode(entry.message)
    assert (str(message.action), bytes(message.content)) == ("guest/c", b'{"x":1}')
    record = await slow.record(reply.json["activationId"])
    assert record["response"]["result"] == {"done": True}
    assert len(record["logs"]) == 3
    await _closed(slow)


async def test_a_wait_that_is_over_is_answered_with_the_compositions_id(slow: Workshop) -> None:
    reply = await slow.run("c", timeout=50)
    assert (reply.status, list(reply.json)) == (202, ["activationId"])
    record = await slow.record(reply.json["activationId"])
    assert annotated(record)["conductor"] is True
    assert record["response"]["result"] == {"done": True}
    await _closed(slow)


async def test_a_composition_that_is_answered_is_in_no_journal(workshop: Workshop) -> None:
    await workshop.conductor("c", lambda _: {})
    assert (await workshop.run("c")).status == 200
    assert await workshop.platform.stores.activations.pending() == []


async def test_a_rule_may_run_a_composition(workshop: Workshop) -> None:
    await workshop.action("a", lambda arguments: {"got": arguments["x"]})
    await workshop.conductor("c", steps(call("a")))
    await workshop.guest.put("triggers/t", {})
    await workshop.guest.put("rules/r", {"trigger": "/_/t", "action": "/_/c"})
    assert (await workshop.guest.post("triggers/t", {"x": 2})).status == 202
    await eventually(lambda: workshop.programs.order == ["c", "a", "c"], "the composition")
    assert workshop.programs.arguments("/guest/c")[1] == {"got": 2, "$step": 1}


async def test_a_composition_may_be_a_web_action(workshop: Workshop) -> None:
    await workshop.action("a", lambda _: {"body": {"x": 1}})
    await workshop.conductor(
        "c", steps(call("a")), annotations=[{"key": "web-export", "value": True}]
    )
    reply = await workshop.guest.get("/api/v1/web/guest/default/c.json")
    assert (reply.status, reply.json) == (200, {"body": {"x": 1}})


class TestFailures:
    @pytest.fixture
    def step_margin_s(self) -> float:
        """A step is given up soon after its time limit."""
        return 0.1

    async def test_a_component_not_heard_of_ends_the_composition(self, workshop: Workshop) -> None:
        await workshop.conductor("c", steps(call("stuck")))
        await workshop.action("stuck", limits={"timeout": 100, "memory": 512})
        await workshop.run("c", {"error": "ends at once"})
        workshop.platform.factory.create_takes_s = 1.5
        workshop.programs.received.clear()
        reply = await workshop.run("c")
        first, stuck = reply.json["logs"]
        text = f"Timeout reached when retrieving activation {stuck} during composition."
        assert outcome(reply) == (500, "whisk internal error", {"error": text})
        assert annotated(reply.json)["limits"]["memory"] == 256
        assert (await workshop.record(first))["name"] == "c"

    async def test_a_conductor_not_heard_of_ends_the_composition(self, workshop: Workshop) -> None:
        await workshop.conductor("c", lambda _: {}, limits={"timeout": 100})
        workshop.platform.factory.create_takes_s = 1.5
        reply = await workshop.run("c")
        (conductor,) = reply.json["logs"]
        text = f"Timeout reached when retrieving activation {conductor} during composition."
        assert outcome(reply) == (500, "whisk internal error", {"error": text})
        assert annotated(reply.json)["limits"]["memory"] == 256

    async def test_a_step_that_nobody_takes_ends_the_composition(self, workshop: Workshop) -> None:
        await workshop.action("a", lambda _: Step(takes_s=0.3))
        await workshop.conductor("c", steps(call("a")))
        reply = await workshop.guest.post("actions/c", {})
        await eventually(lambda: workshop.programs.order == ["c", "a"], "the component")
        await workshop.platform.invoker.drain(20)
        record = await workshop.record(reply.json["activationId"])
        assert record["response"]["status"] == "whisk internal error"
        assert record["response"]["result"] == FAILED
        assert len(record["logs"]) == 2

    async def test_a_sequence_whose_component_one_may_not_run_ends_the_composition(
        self, workshop: Workshop
    ) -> None:
        await workshop.platform.sequence("guest/s", "stranger/a")
        await workshop.conductor("c", steps(call("s")))
        reply = await workshop.run("c")
        assert outcome(reply) == (500, "whisk internal error", FAILED)
        assert len(reply.json["logs"]) == 1

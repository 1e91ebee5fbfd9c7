"""Contract §5.1: what components get, and how a sequence ends."""

from typing import Any

import pytest

from tests.contract.assembly import STRANGER
from tests.contract.programs import Programs, Workshop, annotated, outcome, pairs
from tests.contract.rest.caller import Caller
from tests.waiting import eventually
from whisk_platform.common.jsontext import RawJSON
from whisk_platform.containers.simulated import Step
from whisk_platform.entities.limits import SystemLimits


def _got(workshop: Workshop, name: str) -> Any:
    """What the only run of one of the guest's actions got."""
    (arguments,) = workshop.programs.arguments(f"/guest/{name}")
    return arguments


async def test_the_payload_goes_to_the_first_component(workshop: Workshop) -> None:
    await workshop.actions("a")
    await workshop.sequence("s", "a")
    await workshop.run("s", {"x": 1})
    assert _got(workshop, "a") == {"x": 1}


async def test_parameters_of_the_sequence_and_its_package_are_not_merged(
    workshop: Workshop,
) -> None:
    await workshop.actions("a")
    await workshop.package("pkg", parameters=pairs({"of": "package"}))
    await workshop.package(
        "bound",
        binding={"namespace": "guest", "name": "pkg"},
        parameters=pairs({"by": "binding"}),
    )
    await workshop.sequence("pkg/s", "a")
    await workshop.run("pkg/s", {"x": 1})
    await workshop.run("bound/s", {"x": 2})
    assert workshop.programs.arguments("/guest/a") == [{"x": 1}, {"x": 2}]


async def test_each_result_goes_over_the_own_parameters_of_the_next_component(
    workshop: Workshop,
) -> None:
    await workshop.action("a", lambda _: {"x": "result", "y": "result"})
    await workshop.package("pkg", parameters=pairs({"p": "package", "q": "package"}))
    await workshop.package(
        "bound",
        binding={"namespace": "guest", "name": "pkg"},
        parameters=pairs({"q": "binding", "r": "binding", "x": "binding"}),
    )
    await workshop.action("pkg/b", parameters=pairs({"r": "action", "s": "action", "y": "action"}))
    await workshop.sequence("s", "a", "bound/b")
    assert await workshop.result("s") == {
        "p": "package",
        "q": "binding",
        "r": "action",
        "s": "action",
        "x": "result",
        "y": "result",
    }


async def test_the_payload_goes_over_the_first_components_own_parameters(
    workshop: Workshop,
) -> None:
    await workshop.action("a", parameters=pairs({"x": "own", "y": "own"}))
    await workshop.sequence("s", "a")
    assert await workshop.result("s", {"x": "payload"}) == {"x": "payload", "y": "own"}


async def test_a_result_goes_over_final_parameters_too(workshop: Workshop) -> None:
    await workshop.action("a", lambda _: {"x": "result"})
    await workshop.action("b", parameters=pairs({"x": "own"}), annotations=pairs({"final": True}))
    await workshop.sequence("s", "a", "b")
    assert await workshop.result("s") == {"x": "result"}


async def test_an_array_is_passed_as_it_is(workshop: Workshop) -> None:
    await workshop.action("a", lambda _: [1, {"error": "no end"}])
    await workshop.action("b", parameters=pairs({"x": "own"}))
    await workshop.action("c", lambda elements: {"length": len(elements)})
    await workshop.sequence("s", "a", "b", "c")
    assert await workshop.result("s") == {"length": 2}
    assert _got(workshop, "b") == [1, {"error": "no end"}]


async def test_numbers_survive_from_payload_to_result(workshop: Workshop) -> None:
    number = b"1.10000000000000000000000000000000000000001"
    text = b'{"n":' + number + b',"big":1e400,"u":"\\ud800"}'
    await workshop.actions("a", "b")
    await workshop.sequence("inner", "b")
    await workshop.sequence("s", "a", "inner")
    reply = await workshop.guest.post("actions/s", text, blocking=True, result=True)
    assert reply.body == text


async def test_components_run_as_the_invoker(workshop: Workshop, stranger: Caller) -> None:
    await workshop.package("public", publish=True)
    await workshop.actions("public/a")
    await workshop.sequence("public/s", "public/a")
    reply = await stranger.post("/api/v1/namespaces/guest/actions/public/s", {}, blocking=True)
    (component,) = reply.json["logs"]
    record = await workshop.record(component, stranger)
    assert (record["namespace"], record["subject"]) == (STRANGER.namespace, STRANGER.subject)
    assert [run.namespace for run in workshop.programs.received] == [STRANGER.namespace]


class TestThrottles:
    @pytest.fixture
    def limits(self) -> SystemLimits:
        """Only one invocation passes, and only one activation at a time."""
        return SystemLimits(invocations_per_minute=1, concurrent_invocations=1)

    async def test_components_take_no_tokens(self, workshop: Workshop) -> None:
        await workshop.actions("a", "b")
        await workshop.sequence("s", "a", "b", "a")
        assert (await workshop.run("s")).status == 200
        assert (await workshop.run("s")).refusal[0] == 429


class TestConcurrency:
    @pytest.fixture
    def limits(self) -> SystemLimits:
        """Only one activation at a time."""
        return SystemLimits(concurrent_invocations=1)

    async def test_a_running_component_counts_as_in_flight(self, workshop: Workshop) -> None:
        await workshop.action("a", lambda _: Step(takes_s=30))
        await workshop.sequence("s", "a")
        reply = await workshop.run("s", timeout=50)
        assert reply.status == 202
        assert (await workshop.run("a")).refusal == (
            429,
            "Too many concurrent requests in flight (count: 1, allowed: 1).",
        )


@pytest.mark.parametrize("error", ['"text"', "null", "false", "{}", "[1.10]"])
async def test_a_result_with_an_error_of_any_kind_ends_the_sequence(
    workshop: Workshop, error: str
) -> None:
    await workshop.action("a", lambda _: RawJSON(b'{"error":%s,"x":1}' % error.encode()))
    await workshop.actions("b")
    await workshop.sequence("s", "a", "b")
    reply = await workshop.run("s")
    assert outcome(reply)[:2] == (502, "application error")
    assert b'"result":{"error":%s}' % error.encode() in reply.body
    assert workshop.programs.order == ["a"]
    assert len(reply.json["logs"]) == 1


async def test_an_error_in_the_payload_does_not_end_the_sequence(workshop: Workshop) -> None:
    await workshop.action("a", lambda arguments: {"seen": arguments["error"]})
    await workshop.sequence("inner", "a")
    await workshop.sequence("s", "inner")
    assert await workshop.result("s", {"error": "no end"}) == {"seen": "no end"}


async def test_the_last_response_is_the_sequences_with_its_status(workshop: Workshop) -> None:
    await workshop.actions("a")
    await workshop.action("good", lambda _: {"x": 1})
    await workshop.action("bad", lambda _: {"error": "mine"})
    await workshop.action("broken", lambda _: Step(breaks=True))
    for name in ("good", "bad", "broken"):
        await workshop.sequence(f"s-{name}", "a", name)
    assert outcome(await workshop.run("s-good")) == (200, "success", {"x": 1})
    assert outcome(await workshop.run("s-bad")) == (502, "application error", {"error": "mine"})
    reply = await workshop.run("s-broken")
    (_, component) = await workshop.records(reply.json)
    assert component["response"]["status"] == "action developer error"
    assert outcome(reply) == (502, "action developer error", component["response"]["result"])
    bare = await workshop.run("s-bad", result=True)
    assert (bare.status, bare.json) == (502, {"error": "mine"})


async def test_an_array_as_the_last_result_is_answered_bare(workshop: Workshop) -> None:
    await workshop.action("a", lambda _: [1, 2])
    await workshop.sequence("s", "a")
    reply = await workshop.run("s")
    assert (reply.status, reply.json) == (200, [1, 2])
    record = await workshop.record(reply.headers["x-openwhisk-activation-id"])
    assert record["response"]["result"] == [1, 2]


async def test_the_text_of_a_components_timeout_is_the_result(workshop: Workshop) -> None:
    await workshop.action("slow", lambda _: Step(takes_s=30), limits={"timeout": 100})
    await workshop.actions("b")
    await workshop.sequence("s", "slow", "b")
    text = "The action exceeded its time limits of 100 milliseconds."
    reply = await workshop.run("s")
    assert outcome(reply) == (502, "action developer error", {"error": text})
    (component,) = await workshop.records(reply.json)
    assert annotated(component)["timeout"] is True
    assert "timeout" not in annotated(reply.json)


async def test_the_time_limit_of_the_sequence_itself_is_not_enforced(workshop: Workshop) -> None:
    await workshop.action("a", lambda _: Step(takes_s=0.15, body=b'{"x":1}'))
    await workshop.sequence("s", "a", "a", limits={"timeout": 100})
    reply = await workshop.run("s")
    assert outcome(reply) == (200, "success", {"x": 1})
    assert reply.json["duration"] > 100


async def test_a_conductor_annotation_on_a_sequence_is_ignored(workshop: Workshop) -> None:
    await workshop.action("a", lambda _: {"action": "/_/nothing", "params": {}})
    await workshop.sequence("s", "a", annotations=pairs({"conductor": True}))
    reply = await workshop.run("s")
    assert outcome(reply)[2] == {"action": "/_/nothing", "params": {}}
    assert "conductor" not in annotated(reply.json)


async def test_a_payload_may_not_name_a_final_parameter_of_the_sequence(
    workshop: Workshop,
) -> None:
    await workshop.actions("a")
    await workshop.package("pkg", parameters=pairs({"p": 1}))
    await workshop.sequence("pkg/s", "a", annotations=pairs({"final": True}))
    text = "Request defines parameters that are not allowed (e.g., reserved properties)."
    assert (await workshop.run("pkg/s", {"p": 2})).refusal == (400, text)
    assert (await workshop.run("pkg/s", {"_actions": []})).refusal == (400, text)
    assert (await workshop.run("pkg/s", {"q": 2})).status == 200
    assert workshop.programs.order == ["a"]


class TestComponentsThatChange:
    """Documents are fetched when the sequence starts."""

    async def test_a_component_updated_meanwhile_runs(self, workshop: Workshop) -> None:
        await workshop.action("a", lambda _: Step(takes_s=1))
        await workshop.action("b")
        await workshop.sequence("s", "a", "b")
        reply = await workshop.guest.post("actions/s", {})
        await workshop.action("b", parameters=pairs({"new": True}))
        record = await workshop.record(reply.json["activationId"])
        assert record["response"]["success"]
        # With the parameters that it had when the sequence started.
        assert record["response"]["result"] == {}
        assert workshop.programs.order == ["a", "b"]

    async def test_a_component_deleted_meanwhile_ends_the_sequence(
        self, workshop: Workshop
    ) -> None:
        await workshop.action("a", lambda _: Step(takes_s=1))
        await workshop.action("b")
        await workshop.sequence("s", "a", "b")
        reply = await workshop.guest.post("actions/s", {})
        await workshop.guest.delete("actions/b")
        record = await workshop.record(reply.json["activationId"])
        assert record["response"]["status"] == "application error"
        text = "Action could not be found or may have been deleted."
        assert record["response"]["result"] == {"error": text}
        assert len(record["logs"]) == 2

    async def test_a_component_created_meanwhile_is_missing(self, workshop: Workshop) -> None:
        await workshop.action("a", lambda _: Step(takes_s=1))
        await workshop.action("b")
        await workshop.sequence("s", "a", "b")
        await workshop.guest.delete("actions/b")
        reply = await workshop.guest.post("actions/s", {})
        await workshop.action("b")
        record = await workshop.record(reply.json["activationId"])
        text = "Sequence component does not exist."
        assert record["response"]["result"] == {"error": text}


async def test_a_missing_component_is_noticed_when_it_is_reached(workshop: Workshop) -> None:
    await workshop.actions("a", "gone", "c")
    await workshop.sequence("s", "a", "gone", "c")
    await workshop.guest.delete("actions/gone")
    reply = await workshop.run("s")
    text = "Sequence component does not exist."
    assert outcome(reply) == (502, "application error", {"error": text})
    assert len(reply.json["logs"]) == 1
    assert workshop.programs.order == ["a"]


async def test_components_in_a_package_that_is_gone_or_replaced_are_missing(
    workshop: Workshop,
) -> None:
    await workshop.package("pkg")
    await workshop.actions("pkg/a", "b")
    await workshop.sequence("s", "pkg/a")
    await workshop.sequence("t", "b")
    await workshop.guest.delete("actions/pkg/a")
    await workshop.guest.delete("packages/pkg")
    await workshop.guest.delete("actions/b")
    await workshop.guest.put("triggers/b", {})
    for name in ("s", "t"):
        text = "Sequence component does not exist."
        assert outcome(await workshop.run(name)) == (502, "application error", {"error": text})


class TestRights:
    async def test_a_component_in_a_package_no_longer_public_refuses_the_sequence(
        self, workshop: Workshop, stranger: Caller
    ) -> None:
        await workshop.package("p1", publish=True)
        await workshop.package("p2", publish=True)
        await workshop.actions("p1/a", "p2/a")
        body = {"kind": "sequence", "components": ["/guest/p1/a", "/guest/p2/a"]}
        assert (await stranger.put("actions/s", {"exec": body})).status == 200
        assert (await stranger.post("actions/s", {}, blocking=True)).status == 200
        workshop.programs.received.clear()
        await workshop.package("p1", publish=False)
        await workshop.package("p2", publish=False)
        for blocking in (True, False):
            reply = await stranger.post("actions/s", {}, blocking=blocking)
            assert reply.refusal == (
                403,
                "The supplied authentication is not authorized to access 'guest/p1'.",
            )
        assert workshop.programs.order == []

    async def test_a_component_of_an_inner_sequence_fails_the_outer_one(
        self, workshop: Workshop, stranger: Caller
    ) -> None:
        await workshop.package("public", publish=True)
        await workshop.actions("private", "public/a")
        await workshop.sequence("public/inner", "private")
        components = ["/guest/public/a", "/guest/public/inner"]
        body = {"kind": "sequence", "components": components}
        assert (await stranger.put("actions/s", {"exec": body})).status == 200
        reply = await stranger.post("actions/s", {}, blocking=True)
        assert outcome(reply) == (500, "whisk internal error", {"error": "Sequence failed."})
        assert workshop.programs.order == ["a"]
        assert len(reply.json["logs"]) == 1


class TestFailures:
    @pytest.fixture
    def step_margin_s(self) -> float:
        """A component is given up soon after its time limit."""
        return 0.1

    async def test_a_component_not_heard_of_ends_the_sequence(self, workshop: Workshop) -> None:
        await workshop.action("stuck", limits={"timeout": 100})
        await workshop.actions("b")
        await workshop.sequence("s", "stuck", "b")
        workshop.platform.factory.create_takes_s = 1.5
        reply = await workshop.run("s")
        (component,) = reply.json["logs"]
        text = f"Timeout reached when retrieving activation {component} for sequence component."
        assert outcome(reply) == (500, "whisk internal error", {"error": text})
        assert "limits" not in annotated(reply.json)

    async def test_a_component_that_nobody_takes_ends_the_sequence(
        self, workshop: Workshop
    ) -> None:
        await workshop.action("a", lambda _: Step(takes_s=0.3))
        await workshop.actions("b")
        await workshop.sequence("s", "a", "b")
        reply = await workshop.guest.post("actions/s", {})
        await eventually(lambda: workshop.programs.order, "the first component")
        await workshop.platform.invoker.drain(20)
        record = await workshop.record(reply.json["activationId"])
        assert record["response"]["status"] == "whisk internal error"
        assert record["response"]["result"] == {"error": "Sequence failed."}
        assert len(record["logs"]) == 1
        assert workshop.programs.order == ["a"]


def test_programs_do_what_they_are_told() -> None:
    """The double itself: an action without a program answers its arguments as they came."""
    step = Programs()("run", b'{"value":{"n":1.10},"action_name":"/ns/a","namespace":"ns"}')
    assert step.body == b'{"n":1.10}'


async def test_large_results_pass_too(workshop: Workshop) -> None:
    text = "ä" * 100_000
    await workshop.action("a", lambda _: {"text": text})
    await workshop.actions("b")
    await workshop.sequence("s", "a", "b")
    assert await workshop.result("s") == {"text": text}

"""Contract §5.3: how a conductor is asked, and what it and the components get."""

from typing import Any

import pytest

from tests.contract.conductors.scores import call, steps
from tests.contract.programs import Workshop, annotated, outcome, pairs
from whisk_platform.common.jsontext import RawJSON
from whisk_platform.containers.simulated import Step


async def test_without_an_action_the_params_are_the_result(workshop: Workshop) -> None:
    await workshop.conductor("c", lambda arguments: {"params": {"got": arguments}, "x": 1})
    reply = await workshop.run("c", {"n": 1})
    assert outcome(reply) == (200, "success", {"got": {"n": 1}})
    assert len(reply.json["logs"]) == 1


async def test_without_params_the_whole_result_is_the_result(workshop: Workshop) -> None:
    await workshop.conductor("c", lambda _: {"x": 1, "state": {"y": 2}})
    assert await workshop.result("c") == {"x": 1, "state": {"y": 2}}


async def test_params_that_are_no_object_are_boxed(workshop: Workshop) -> None:
    await workshop.conductor("c", lambda arguments: {"params": arguments["value"]})
    for value in (1, "text", [1, 2], None, True):
        assert await workshop.result("c", {"value": value}) == {"value": value}


async def test_an_error_ends_the_composition_as_the_conductors_own(workshop: Workshop) -> None:
    await workshop.conductor("c", lambda _: {"error": "mine", "action": "a"})
    reply = await workshop.run("c")
    assert outcome(reply) == (502, "application error", {"error": "mine"})
    assert len(reply.json["logs"]) == 1


async def test_params_with_an_error_are_a_success(workshop: Workshop) -> None:
    await workshop.conductor("c", lambda _: {"params": {"error": "mine"}})
    assert outcome(await workshop.run("c")) == (200, "success", {"error": "mine"})


async def test_a_conductor_that_breaks_ends_the_composition_with_its_status(
    workshop: Workshop,
) -> None:
    await workshop.conductor("c", lambda _: Step(breaks=True))
    reply = await workshop.run("c")
    assert outcome(reply)[:2] == (502, "action developer error")
    (conductor,) = await workshop.records(reply.json)
    assert reply.json["response"]["result"] == conductor["response"]["result"]


async def test_a_conductor_that_answers_an_array_ends_the_composition(workshop: Workshop) -> None:
    await workshop.conductor("c", lambda _: [{"action": "a"}])
    assert await workshop.result("c") == [{"action": "a"}]


async def test_a_component_runs_with_params_and_its_result_goes_to_the_conductor(
    workshop: Workshop,
) -> None:
    await workshop.action("a", lambda arguments: {"n": arguments["n"] + 1})
    await workshop.conductor("c", steps(call("a")))
    reply = await workshop.run("c", {"n": 1})
    assert outcome(reply) == (200, "success", {"n": 2})
    assert workshop.programs.order == ["c", "a", "c"]
    assert workshop.programs.arguments("/guest/a") == [{"n": 1}]
    assert workshop.programs.arguments("/guest/c") == [{"n": 1}, {"n": 2, "$step": 1}]
    assert len(reply.json["logs"]) == 3


async def test_a_component_without_params_gets_nothing(workshop: Workshop) -> None:
    await workshop.actions("a")
    await workshop.conductor(
        "c", lambda arguments: {} if "kept" in arguments else {"action": "a", "state": {"kept": 1}}
    )
    await workshop.run("c", {"n": 1})
    assert workshop.programs.arguments("/guest/a") == [{}]


async def test_boxed_params_and_state_reach_component_and_conductor(workshop: Workshop) -> None:
    await workshop.action("a", lambda _: {"done": True})
    await workshop.conductor(
        "c",
        lambda arguments: (
            {"params": arguments}
            if "done" in arguments
            else {"action": "a", "params": [1], "state": "kept"}
        ),
    )
    assert await workshop.result("c") == {"done": True, "state": "kept"}
    assert workshop.programs.arguments("/guest/a") == [{"value": [1]}]


async def test_state_wins_over_the_result_and_is_kept_for_one_run_only(
    workshop: Workshop,
) -> None:
    await workshop.action("a", lambda _: {"x": "result", "y": "result"})

    def program(arguments: dict[str, Any]) -> dict[str, Any]:
        if not arguments:
            return {"action": "a", "state": {"x": "state", "z": "state"}}
        if "z" in arguments:
            return {"action": "a"}
        return {}

    await workshop.conductor("c", program)
    await workshop.run("c")
    assert workshop.programs.arguments("/guest/c") == [
        {},
        {"x": "state", "y": "result", "z": "state"},
        {"x": "result", "y": "result"},
    ]


async def test_other_members_of_the_result_are_ignored(workshop: Workshop) -> None:
    await workshop.actions("a")
    await workshop.conductor("c", steps(call("a", method="action", error_=1, response={})))
    assert await workshop.result("c", {"n": 1}) == {"n": 1}


async def test_an_array_from_a_component_is_boxed_for_the_conductor(workshop: Workshop) -> None:
    await workshop.action("a", lambda _: [1, 2])
    await workshop.conductor("c", steps(call("a")))
    assert await workshop.result("c") == {"value": [1, 2]}


async def test_an_array_before_it_in_a_sequence_reaches_the_conductor_as_it_is(
    workshop: Workshop,
) -> None:
    await workshop.action("a", lambda _: [1, 2])
    await workshop.conductor("c", lambda arguments: {"params": {"sum": sum(arguments)}})
    await workshop.sequence("s", "a", "c")
    assert await workshop.result("s") == {"sum": 3}


async def test_numbers_survive_in_params_state_and_result(workshop: Workshop) -> None:
    numbers = b'"n":1.100000000000000000000000000001,"big":1e400,"u":"\\ud800"'
    await workshop.actions("a")

    def program(arguments: dict[str, Any]) -> object:
        if "kept" in arguments:
            return RawJSON(workshop.programs.received[-1].text.encode())
        return RawJSON(b'{"action":"a","params":{%s},"state":{"kept":{%s}}}' % (numbers, numbers))

    await workshop.conductor("c", program)
    reply = await workshop.run("c", result=True)
    assert reply.body == b"{%s,%s}" % (numbers, b'"kept":{%s}' % numbers)


async def test_the_conductors_own_parameters_are_merged_each_time(workshop: Workshop) -> None:
    await workshop.actions("a")
    await workshop.package("pkg", parameters=pairs({"p": "package", "q": "package"}))
    await workshop.package(
        "bound", binding={"namespace": "guest", "name": "pkg"}, parameters=pairs({"q": "binding"})
    )
    await workshop.conductor(
        "pkg/c",
        lambda arguments: {} if arguments.get("k") else {"action": "a", "state": {"k": 1}},
        parameters=pairs({"r": "action", "n": "action"}),
    )
    await workshop.run("bound/c", {"n": 1})
    defaults = {"p": "package", "q": "binding", "r": "action", "n": "action"}
    assert workshop.programs.arguments("/guest/pkg/c") == [
        {**defaults, "n": 1},
        {**defaults, "k": 1},
    ]
    assert workshop.programs.arguments("/guest/a") == [{}]


async def test_final_parameters_refuse_a_payload_but_not_a_state(workshop: Workshop) -> None:
    await workshop.actions("a")
    await workshop.conductor(
        "c",
        steps(call("a"), keep={"p": "state"}),
        parameters=pairs({"p": "own"}),
        annotations=pairs({"final": True}),
    )
    text = "Request defines parameters that are not allowed (e.g., reserved properties)."
    assert (await workshop.run("c", {"p": 1})).refusal == (400, text)
    assert workshop.programs.order == []
    assert await workshop.result("c", {"n": 1}) == {"n": 1, "p": "state"}


@pytest.mark.parametrize("broken", [Step(breaks=True), Step(status=502, body=b'{"error":"bad"}')])
async def test_the_error_of_a_component_is_handed_to_the_conductor(
    workshop: Workshop, broken: Step
) -> None:
    await workshop.action("a", lambda _: broken)
    await workshop.conductor(
        "c",
        lambda arguments: (
            {"params": {"caught": arguments["error"]}}
            if "error" in arguments
            else {"action": "a", "state": {"kept": 1}}
        ),
    )
    reply = await workshop.run("c")
    _, component, _ = await workshop.records(reply.json)
    assert component["response"]["status"] == "action developer error"
    error = component["response"]["result"]["error"]
    assert outcome(reply) == (200, "success", {"caught": error})
    assert workshop.programs.arguments("/guest/c")[1] == {"error": error, "kept": 1}


async def test_two_steps_make_five_runs(workshop: Workshop) -> None:
    await workshop.action("a", lambda arguments: {"n": arguments["n"] + 1})
    await workshop.action("b", lambda arguments: {"n": arguments["n"] * 10})
    await workshop.conductor("c", steps(call("a"), call("/guest/b")))
    reply = await workshop.run("c", {"n": 1})
    assert outcome(reply) == (200, "success", {"n": 20})
    assert [record["name"] for record in await workshop.records(reply.json)] == list("cacbc")


@pytest.mark.parametrize("truth", [True, 1, -0.5, "false", "x", {"type": "action"}, {}, []])
async def test_an_annotation_of_any_truth_makes_a_conductor(
    workshop: Workshop, truth: object
) -> None:
    await workshop.action(
        "c", lambda _: {"params": {"x": 1}}, annotations=pairs({"conductor": truth})
    )
    assert await workshop.result("c") == {"x": 1}


@pytest.mark.parametrize("falsehood", [False, None, 0, 0.0, ""])
async def test_an_annotation_without_truth_makes_none(
    workshop: Workshop, falsehood: object
) -> None:
    await workshop.action(
        "c", lambda _: {"params": {"x": 1}}, annotations=pairs({"conductor": falsehood})
    )
    reply = await workshop.run("c")
    assert reply.json["response"]["result"] == {"params": {"x": 1}}
    assert annotated(reply.json)["kind"] == "python:3.11"


async def test_without_the_annotation_it_is_no_conductor_any_more(workshop: Workshop) -> None:
    await workshop.conductor("c", lambda _: {"params": {"x": 1}})
    assert await workshop.result("c") == {"x": 1}
    await workshop.guest.put("actions/c", {"delAnnotations": ["conductor"]}, overwrite=True)
    assert await workshop.result("c") == {"params": {"x": 1}}


async def test_large_params_and_results_pass_too(workshop: Workshop) -> None:
    text = "ä" * 100_000
    await workshop.action("a", lambda arguments: {"text": arguments["text"]})
    await workshop.conductor("c", steps(call("a")))
    assert await workshop.result("c", {"text": text}) == {"text": text}

"""Contract §5.2: the records of sequences and of their components."""

from typing import Any

import pytest

from tests.contract.programs import Workshop, annotated, pairs
from tests.contract.rest.caller import Caller
from whisk_platform.containers.simulated import Step

LIMITS = {"timeout": 60000, "memory": 256, "logs": 10, "concurrency": 1}


async def _sample(workshop: Workshop) -> None:
    """``s`` is ``a x c`` and ``x`` is ``c``: the contract's example."""
    await workshop.action("a", lambda _: Step(takes_s=0.02))
    await workshop.action("c", lambda _: Step(takes_s=0.03))
    await workshop.sequence("x", "c")
    await workshop.sequence("s", "a", "x", "c")


async def test_the_record_of_a_sequence(workshop: Workshop) -> None:
    await workshop.action("a", lambda _: {"x": 1})
    await workshop.sequence("s", "a")
    await workshop.sequence("s", "a")
    reply = await workshop.run("s", {"p": 1})
    record = reply.json
    (component,) = await workshop.records(record)
    assert reply.headers["x-openwhisk-activation-id"] == record["activationId"]
    wait = annotated(record)["waitTime"]
    assert record == {
        "namespace": "guest",
        "name": "s",
        "version": "0.0.2",
        "subject": "guest-subject",
        "activationId": record["activationId"],
        "start": record["start"],
        "end": record["end"],
        "duration": component["duration"],
        "response": component["response"],
        "logs": [component["activationId"]],
        "annotations": pairs(
            {
                "topmost": True,
                "path": "guest/s",
                "kind": "sequence",
                "waitTime": wait,
                "limits": LIMITS,
            }
        ),
        "publish": False,
    }
    assert isinstance(wait, int)
    assert wait >= 0
    assert record["start"] <= component["start"] <= component["end"] <= record["end"]


async def test_the_stored_record_is_the_answered_one(workshop: Workshop) -> None:
    await _sample(workshop)
    reply = await workshop.run("s")
    await workshop.platform.stores.activations.flush()
    stored = await workshop.record(reply.json["activationId"])
    in_order = {"annotations": sorted(stored["annotations"], key=lambda pair: pair["key"])}
    answered = sorted(reply.json["annotations"], key=lambda pair: pair["key"])
    assert {**stored, **in_order} == {**reply.json, "annotations": answered}


async def test_the_record_of_a_component(workshop: Workshop) -> None:
    await workshop.actions("a")
    await workshop.sequence("s", "a")
    record = (await workshop.run("s")).json
    (component,) = await workshop.records(record)
    notes = annotated(component)
    assert component["cause"] == record["activationId"]
    assert (component["name"], component["logs"]) == ("a", [])
    assert component["duration"] == component["end"] - component["start"]
    assert set(notes) == {
        "path",
        "kind",
        "limits",
        "timeout",
        "waitTime",
        "initTime",
        "causedBy",
    }
    assert (notes["path"], notes["kind"], notes["limits"]) == ("guest/a", "python:3.11", LIMITS)
    assert (notes["causedBy"], notes["timeout"]) == ("sequence", False)


async def test_each_record_has_the_immediately_enclosing_sequence_as_its_cause(
    workshop: Workshop,
) -> None:
    await _sample(workshop)
    outer = (await workshop.run("s")).json
    a, x, c = await workshop.records(outer)
    (inner,) = await workshop.records(x)
    assert "cause" not in outer
    assert [record["name"] for record in (a, x, c, inner)] == ["a", "x", "c", "c"]
    assert {record["cause"] for record in (a, x, c)} == {outer["activationId"]}
    assert inner["cause"] == x["activationId"]
    assert inner["activationId"] != c["activationId"]


async def test_only_the_outer_sequence_is_topmost(workshop: Workshop) -> None:
    await _sample(workshop)
    outer = (await workshop.run("s")).json
    _, x, _ = await workshop.records(outer)
    assert annotated(outer)["topmost"] is True
    assert "causedBy" not in annotated(outer)
    assert annotated(x)["topmost"] is False
    assert annotated(x)["causedBy"] == "sequence"
    assert (annotated(x)["path"], annotated(x)["kind"]) == ("guest/x", "sequence")


async def test_the_duration_is_the_sum_over_the_components(workshop: Workshop) -> None:
    await _sample(workshop)
    outer = (await workshop.run("s")).json
    components = await workshop.records(outer)
    (inner,) = await workshop.records(components[1])
    assert components[1]["duration"] == inner["duration"]
    assert outer["duration"] == sum(component["duration"] for component in components)
    assert outer["duration"] > components[1]["duration"] > 0


async def test_the_wait_of_a_component_counts_from_its_own_dispatch(workshop: Workshop) -> None:
    await _sample(workshop)
    first, *later = await workshop.records((await workshop.run("s")).json)
    for component in later:
        dispatched = component["start"] - annotated(component)["waitTime"]
        # The end is a rounded sum of rounded parts.
        assert dispatched >= first["end"] - 2


async def test_the_memory_is_the_most_of_all_components(workshop: Workshop) -> None:
    await workshop.action("a", limits={"memory": 256})
    await workshop.action("b", limits={"memory": 512, "timeout": 1000, "logs": 1})
    await workshop.sequence("x", "b", "a", limits={"memory": 128})
    await workshop.sequence("s", "a", "x", "a", limits={"timeout": 5000, "logs": 3, "memory": 128})
    outer = (await workshop.run("s")).json
    assert annotated(outer)["limits"] == {
        "timeout": 5000,
        "memory": 512,
        "logs": 3,
        "concurrency": 1,
    }
    await workshop.action("small", limits={"memory": 128})
    await workshop.sequence("t", "small", limits={"memory": 512})
    assert annotated((await workshop.run("t")).json)["limits"] == {**LIMITS, "memory": 128}


async def test_without_a_completed_component_there_are_no_limits(workshop: Workshop) -> None:
    await workshop.actions("gone")
    await workshop.sequence("s", "gone")
    await workshop.guest.delete("actions/gone")
    record = (await workshop.run("s")).json
    assert set(annotated(record)) == {"topmost", "path", "kind", "waitTime"}
    assert (record["logs"], record["duration"]) == ([], 0)


async def test_a_sequence_through_a_binding_says_so(workshop: Workshop) -> None:
    await workshop.package("pkg")
    await workshop.package("bound", binding={"namespace": "guest", "name": "pkg"})
    await workshop.actions("pkg/a")
    await workshop.sequence("pkg/s", "bound/a")
    await workshop.sequence("t", "bound/s")
    bound = (await workshop.run("bound/s")).json
    (component,) = await workshop.records(bound)
    direct = (await workshop.run("pkg/s")).json
    nested = (await workshop.records((await workshop.run("t")).json))[0]
    assert annotated(bound)["binding"] == "guest/bound"
    assert annotated(bound)["path"] == "guest/pkg/s"
    assert (bound["namespace"], bound["name"]) == ("guest", "s")
    assert annotated(component)["binding"] == "guest/bound"
    assert annotated(component)["path"] == "guest/pkg/a"
    assert "binding" not in annotated(direct)
    assert annotated(nested)["binding"] == "guest/bound"


async def test_sequences_stand_in_lists_with_their_components(workshop: Workshop) -> None:
    await _sample(workshop)
    outer = (await workshop.run("s")).json
    await workshop.platform.stores.activations.flush()
    listed: list[dict[str, Any]] = (await workshop.guest.get("activations")).json
    by_id = {summary["activationId"]: summary for summary in listed}
    assert len(by_id) == 5
    summary = by_id[outer["activationId"]]
    assert "cause" not in summary
    assert (summary["statusCode"], summary["duration"]) == (0, outer["duration"])
    for component in outer["logs"]:
        assert by_id[component]["cause"] == outer["activationId"]


@pytest.mark.parametrize("view", ["result", "logs"])
async def test_the_views_of_a_record_agree_with_it(workshop: Workshop, view: str) -> None:
    await _sample(workshop)
    outer = (await workshop.run("s")).json
    reply = await workshop.guest.get(f"activations/{outer['activationId']}/{view}")
    expected = outer["response"] if view == "result" else {"logs": outer["logs"]}
    assert reply.json == expected


async def test_a_namespace_that_stores_nothing_keeps_no_record_of_a_sequence(
    workshop: Workshop, guest_without_records: Caller
) -> None:
    await _sample(workshop)
    reply = await guest_without_records.post("actions/s", {}, blocking=True)
    assert reply.status == 200
    assert len(reply.json["logs"]) == 3
    await guest_without_records.post("actions/s", {})
    store = workshop.platform.stores.activations
    await store.flush()
    assert (await workshop.guest.get("activations", count=True)).json == {"activations": 0}

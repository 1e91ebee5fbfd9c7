"""Contract §5.4: the records of compositions, conductors and components."""

from typing import Any

from tests.contract.conductors.scores import call, steps
from tests.contract.programs import Workshop, annotated, outcome, pairs
from whisk_platform.containers.simulated import Step
from whisk_platform.entities.limits import NamespaceLimits

LIMITS = {"timeout": 60000, "memory": 256, "logs": 10, "concurrency": 1}


async def test_the_record_of_a_composition(workshop: Workshop) -> None:
    await workshop.action("a", lambda _: Step(takes_s=0.02, body=b'{"x":1}'))
    await workshop.conductor("c", steps(call("a")), limits={"timeout": 5000, "logs": 3})
    reply = await workshop.run("c")
    record = reply.json
    components = await workshop.records(record)
    assert reply.headers["x-openwhisk-activation-id"] == record["activationId"]
    wait = annotated(record)["waitTime"]
    assert record == {
        "namespace": "guest",
        "name": "c",
        "version": "0.0.1",
        "subject": "guest-subject",
        "activationId": record["activationId"],
        "start": record["start"],
        "end": record["end"],
        "duration": sum(component["duration"] for component in components),
        "response": {"status": "success", "success": True, "result": {"x": 1}},
        "logs": [component["activationId"] for component in components],
        "annotations": pairs(
            {
                "topmost": True,
                "path": "guest/c",
                "kind": "sequence",
                "waitTime": wait,
                "conductor": True,
                "limits": {**LIMITS, "timeout": 5000, "logs": 3},
            }
        ),
        "publish": False,
    }
    assert isinstance(wait, int)
    assert wait >= 0
    assert record["duration"] > 0
    stored = await workshop.record(record["activationId"])
    assert annotated(stored) == annotated(record)
    assert {**stored, "annotations": []} == {**record, "annotations": []}


async def test_conductor_and_component_activations_are_caused_by_the_composition(
    workshop: Workshop,
) -> None:
    await workshop.actions("a")
    await workshop.conductor("c", steps(call("a")))
    record = (await workshop.run("c")).json
    components = await workshop.records(record)
    assert [component["name"] for component in components] == ["c", "a", "c"]
    for component in components:
        notes = annotated(component)
        assert component["cause"] == record["activationId"]
        assert component["activationId"] != record["activationId"]
        assert notes["causedBy"] == "sequence"
        assert notes["kind"] == "python:3.11"
        assert notes["limits"] == LIMITS
        assert isinstance(notes["waitTime"], int)
        assert not {"topmost", "conductor"} & set(notes)
    assert "cause" not in record
    assert "causedBy" not in annotated(record)


async def test_one_run_of_the_conductor_makes_a_composition_of_one_step(
    workshop: Workshop,
) -> None:
    await workshop.conductor("c", lambda _: {})
    record = (await workshop.run("c")).json
    (conductor,) = await workshop.records(record)
    assert record["duration"] == conductor["duration"]
    assert {key: annotated(record)[key] for key in ("topmost", "kind", "conductor")} == {
        "topmost": True,
        "kind": "sequence",
        "conductor": True,
    }


async def test_a_nested_composition_has_a_record_of_its_own(workshop: Workshop) -> None:
    await workshop.action("a", lambda _: Step(takes_s=0.02))
    await workshop.conductor("inner", steps(call("a")))
    await workshop.conductor("c", steps(call("inner")))
    outer = (await workshop.run("c")).json
    first, inner, last = await workshop.records(outer)
    within = await workshop.records(inner)
    assert [first["name"], inner["name"], last["name"]] == ["c", "inner", "c"]
    assert [record["name"] for record in within] == ["inner", "a", "inner"]
    assert inner["cause"] == outer["activationId"]
    assert {record["cause"] for record in within} == {inner["activationId"]}
    assert inner["duration"] == sum(record["duration"] for record in within)
    assert outer["duration"] == first["duration"] + inner["duration"] + last["duration"]
    notes = annotated(inner)
    assert (notes["topmost"], notes["causedBy"], notes["conductor"]) == (False, "sequence", True)
    assert notes["kind"] == "sequence"


async def test_sequences_and_compositions_contain_one_another(workshop: Workshop) -> None:
    await workshop.actions("a", "b")
    await workshop.sequence("inner", "a")
    await workshop.conductor("c", steps(call("inner")))
    await workshop.sequence("s", "b", "c")
    outer = (await workshop.run("s", {"x": 1})).json
    b, composition = await workshop.records(outer)
    first, sequence, last = await workshop.records(composition)
    (a,) = await workshop.records(sequence)
    assert [r["name"] for r in (b, composition, first, sequence, last, a)] == [
        "b",
        "c",
        "c",
        "inner",
        "c",
        "a",
    ]
    assert composition["cause"] == b["cause"] == outer["activationId"]
    assert {r["cause"] for r in (first, sequence, last)} == {composition["activationId"]}
    assert a["cause"] == sequence["activationId"]
    assert annotated(outer)["topmost"] is True
    assert annotated(composition)["topmost"] is annotated(sequence)["topmost"] is False
    assert "conductor" not in annotated(sequence)
    assert outer["response"]["result"] == {"x": 1}


async def test_the_memory_is_the_most_of_conductor_and_components(workshop: Workshop) -> None:
    await workshop.action("big", limits={"memory": 512})
    await workshop.sequence("s", "big")
    await workshop.conductor("inner", steps(call("s")), limits={"memory": 128})

    async def memory(conductor: int, component: str) -> Any:
        await workshop.conductor("c", steps(call(component)), limits={"memory": conductor})
        return annotated((await workshop.run("c")).json)["limits"]["memory"]

    await workshop.action("small", limits={"memory": 128})
    assert await memory(256, "small") == 256
    assert await memory(128, "small") == 128
    assert await memory(128, "big") == 512
    assert await memory(128, "s") == 512
    assert await memory(128, "inner") == 512


async def test_a_composition_through_a_binding_says_so(workshop: Workshop) -> None:
    await workshop.package("pkg")
    await workshop.package("bound", binding={"namespace": "guest", "name": "pkg"})
    await workshop.actions("pkg/a")
    await workshop.conductor("pkg/c", steps(call("pkg/a")))
    record = (await workshop.run("bound/c")).json
    first, component, _ = await workshop.records(record)
    assert annotated(record)["binding"] == annotated(first)["binding"] == "guest/bound"
    assert annotated(record)["path"] == annotated(first)["path"] == "guest/pkg/c"
    assert "binding" not in annotated(component)
    direct = (await workshop.run("pkg/c")).json
    assert "binding" not in annotated(direct)


async def test_a_composition_is_listed_by_the_name_of_its_conductor(workshop: Workshop) -> None:
    await workshop.conductor("c", lambda _: {})
    record = (await workshop.run("c")).json
    await workshop.platform.stores.activations.flush()
    listed = (await workshop.guest.get("activations", name="c")).json
    assert {summary["activationId"] for summary in listed} == {
        record["activationId"],
        *record["logs"],
    }


async def test_a_namespace_that_stores_nothing_keeps_no_record_of_a_composition(
    workshop: Workshop,
) -> None:
    services = workshop.platform.services
    await services.subjects.set_limits("guest", NamespaceLimits(store_activations=False))
    services.authenticator.forget()
    await workshop.actions("a")
    await workshop.conductor("c", steps(call("a")))
    assert outcome(await workshop.run("c", {"x": 1})) == (200, "success", {"x": 1})
    await workshop.platform.stores.activations.flush()
    assert (await workshop.guest.get("activations", count=True)).json == {"activations": 0}

"""What the record of an action says (contract rest-api §2.6.1, §2.6.4, §3.4)."""

from typing import Any

import pytest

from tests.contract.programs import Workshop, annotated, pairs
from tests.contract.rest.caller import Caller
from whisk_platform.containers.simulated import Step

LIMITS = {"timeout": 60000, "memory": 256, "logs": 10, "concurrency": 1}


async def _run(workshop: Workshop, name: str) -> dict[str, Any]:
    record: dict[str, Any] = (await workshop.run(name, {})).json
    return record


async def test_a_record_has_exactly_these_members(workshop: Workshop) -> None:
    await workshop.action("echo")
    record = await _run(workshop, "echo")
    assert set(record) == {
        "namespace",
        "name",
        "version",
        "subject",
        "activationId",
        "start",
        "end",
        "duration",
        "response",
        "logs",
        "annotations",
        "publish",
    }
    identity = (record["namespace"], record["name"], record["version"], record["subject"])
    assert identity == ("guest", "echo", "0.0.1", "guest-subject")
    assert record["publish"] is False
    assert record["duration"] == record["end"] - record["start"]
    assert all(isinstance(record[name], int) for name in ("start", "end", "duration"))


async def test_cold_and_warm_differ_by_the_time_of_init(workshop: Workshop) -> None:
    await workshop.action("echo")
    cold, warm = await _run(workshop, "echo"), await _run(workshop, "echo")
    keys = [[pair["key"] for pair in record["annotations"]] for record in (cold, warm)]
    assert set(keys[0]) == {"path", "kind", "limits", "timeout", "waitTime", "initTime"}
    assert set(keys[0]) - set(keys[1]) == {"initTime"}
    for record in (cold, warm):
        found = annotated(record)
        assert (found["path"], found["kind"]) == ("guest/echo", "python:3.11")
        assert (found["limits"], found["timeout"]) == (LIMITS, False)
        assert type(found["waitTime"]) is int
    assert type(annotated(cold)["initTime"]) is int


async def test_init_and_run_count_together(workshop: Workshop) -> None:
    def slow(phase: str, body: bytes) -> Step:
        return Step(takes_s=0.05 if phase == "init" else 0.1)

    await workshop.action("slow")
    workshop.platform.factory.behavior = slow
    record = await _run(workshop, "slow")
    assert annotated(record)["initTime"] >= 49
    assert record["duration"] >= 149
    assert record["duration"] >= annotated(record)["initTime"] + 99


async def test_a_time_limit_that_is_over_is_annotated(workshop: Workshop) -> None:
    await workshop.action("late", lambda args: Step(takes_s=9), limits={"timeout": 100})
    record = await _run(workshop, "late")
    assert annotated(record)["timeout"] is True
    assert record["duration"] >= 100
    assert record["response"]["result"] == {
        "error": "The action exceeded its time limits of 100 milliseconds."
    }
    assert annotated(record)["limits"] == {**LIMITS, "timeout": 100}


async def test_an_action_of_a_package_has_the_path_of_its_provider(workshop: Workshop) -> None:
    await workshop.package("p", parameters=pairs({"a": 1}))
    await workshop.package("b", binding={"namespace": "_", "name": "p"})
    await workshop.action("p/echo")
    direct, bound = await _run(workshop, "p/echo"), await _run(workshop, "b/echo")
    for record in (direct, bound):
        assert (record["namespace"], record["name"]) == ("guest", "echo")
        assert annotated(record)["path"] == "guest/p/echo"
    assert "binding" not in annotated(direct)
    assert annotated(bound)["binding"] == "guest/b"


async def test_the_caller_owns_the_record_of_somebody_elses_action(
    workshop: Workshop, guest: Caller, stranger: Caller
) -> None:
    await workshop.package("pub", publish=True)
    await workshop.action("pub/echo")
    path = "/api/v1/namespaces/guest/actions/pub/echo"
    reply = await stranger.post(path, {}, blocking=True)
    record = await workshop.record(reply.json["activationId"], stranger)
    owned = (record["namespace"], record["subject"], annotated(record)["path"])
    assert owned == ("stranger", "stranger-subject", "guest/pub/echo")
    assert (await guest.get(f"activations/{reply.json['activationId']}")).status == 404


async def test_instances_stand_among_the_limits_once_they_are_set(workshop: Workshop) -> None:
    await workshop.action("echo", limits={"instances": 2, "memory": 128})
    limits = annotated(await _run(workshop, "echo"))["limits"]
    assert limits == {**LIMITS, "memory": 128, "instances": 2}


@pytest.mark.parametrize("conductor", [False, None, 0, ""])
async def test_without_truth_it_is_a_plain_action(workshop: Workshop, conductor: object) -> None:
    annotations = pairs({"conductor": conductor})
    await workshop.action("plain", annotations=annotations)
    assert annotated(await _run(workshop, "plain"))["kind"] == "python:3.11"

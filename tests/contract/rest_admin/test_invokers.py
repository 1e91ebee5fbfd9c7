"""Invokers, containers and queues: what is told, and what draining does."""

import asyncio
from typing import Any

import msgspec
import pytest

from tests.contract.assembly import Assembly
from tests.contract.rest.caller import Caller
from tests.contract.rest_admin.conftest import ADMIN
from tests.waiting import eventually

INVOKER = ADMIN + "/invokers/invoker0"
UNAVAILABLE = (
    503,
    "The server is currently unavailable (because it is overloaded or down for maintenance).",
)
LONG = {"takes_s": 60, "result": {}}


async def _busy(platform: Assembly, guest: Caller) -> str:
    """Start an activation of ``slow``, which does not end on its own; its id.

    Others of the action wait, because it may have one container only.
    """
    action = await platform.action("guest/slow", script=LONG)
    limits = msgspec.structs.replace(action.limits, instances=1)
    await platform.services.catalog.put(msgspec.structs.replace(action, limits=limits))
    return await _accepted(guest)


async def _accepted(guest: Caller) -> str:
    reply = await guest.post("actions/slow")
    assert reply.status == 202, reply.text
    return str(reply.json["activationId"])


async def _running(operator: Caller) -> list[dict[str, Any]]:
    containers = (await operator.get(ADMIN + "/containers")).json
    return [each for each in containers if each["state"] == "Running"]


async def test_an_invoker_shows_its_counts_and_its_capacity(
    platform: Assembly, operator: Caller, guest: Caller
) -> None:
    await platform.action("guest/a")
    await guest.post("actions/a", blocking=True)
    await _busy(platform, guest)
    await eventually(lambda: _running(operator), "the slow action to run")
    (invoker,) = (await operator.get(ADMIN + "/invokers")).json
    assert invoker == {
        "name": "invoker0/0",
        "status": "up",
        "enabled": True,
        "drained": False,
        "activations": 1,
        "waiting": 0,
        "containers": {
            "total": 2,
            "busy": 1,
            "starting": 0,
            "idle": 1,
            "stemCells": 0,
            "paused": 0,
            "byKind": {"python:3.11": 2},
        },
        "memory": {"capacityMB": 4096, "measuredMB": 51, "limitsMB": 512},
    }
    assert (await operator.get(INVOKER)).json == invoker
    assert (await operator.get(INVOKER + "/0")).json == invoker
    assert (await operator.get(INVOKER + "%2F0")).json == invoker


async def test_an_invoker_that_is_not_there_is_not_found(operator: Caller) -> None:
    for path in ("invoker7", "invoker0/7"):
        assert (await operator.get(f"{ADMIN}/invokers/{path}")).refusal == (
            404,
            f"There is no invoker '{path}'. Known: invoker0/0.",
        )


async def test_containers_show_what_they_are_for(
    platform: Assembly, operator: Caller, guest: Caller
) -> None:
    await platform.action("guest/a")
    await guest.post("actions/a", blocking=True)
    (container,) = (await operator.get(ADMIN + "/containers")).json
    age, idle = container.pop("ageMs"), container.pop("idleMs")
    assert age >= idle >= 0
    assert container == {
        "id": next(iter(platform.factory.containers)),
        "invoker": "invoker0/0",
        "kind": "python:3.11",
        "state": "Ready",
        "namespace": "guest",
        "action": "guest/a",
        "activations": 0,
        "memoryMB": 256,
    }
    await _busy(platform, guest)
    (running,) = await eventually(lambda: _running(operator), "the slow action to run")
    assert (running["action"], running["activations"]) == ("guest/slow", 1)
    assert running["idleMs"] == 0


class TestQueues:
    async def test_waiting_work_is_told_by_action(
        self, platform: Assembly, operator: Caller, guest: Caller
    ) -> None:
        await _busy(platform, guest)
        await eventually(lambda: _running(operator), "the slow action to run")
        await _accepted(guest)
        await _accepted(guest)
        queues = (await operator.get(ADMIN + "/queues")).json
        (entry,) = queues.pop("actions")
        assert queues == {"inFlight": 3, "waiting": 2, "unwrittenRecords": 0}
        assert entry.pop("oldestMs") >= 0
        assert entry == {
            "invoker": "invoker0/0",
            "namespace": "guest",
            "action": "guest/slow",
            "kind": "python:3.11",
            "memoryMB": 256,
            "waiting": 2,
        }

    async def test_nothing_waits_when_nothing_was_asked(self, operator: Caller) -> None:
        assert (await operator.get(ADMIN + "/queues")).json == {
            "inFlight": 0,
            "waiting": 0,
            "unwrittenRecords": 0,
            "actions": [],
        }


class TestDraining:
    async def test_a_drained_invoker_refuses_new_work_until_it_is_enabled(
        self, platform: Assembly, operator: Caller, guest: Caller, anonymous: Caller
    ) -> None:
        await platform.action("guest/a", annotations={"web-export": True})
        await platform.sequence("guest/s", "guest/a")
        reply = await operator.post(INVOKER, {"enabled": False})
        assert (reply.status, reply.json["status"], reply.json["drained"]) == (200, "down", True)
        assert (await guest.post("actions/a", blocking=True)).refusal == UNAVAILABLE
        assert (await guest.post("actions/a")).refusal == UNAVAILABLE
        assert (await guest.post("actions/s", blocking=True)).refusal == UNAVAILABLE
        assert (await anonymous.get("/api/v1/web/guest/default/a.json")).status == 503
        assert (await anonymous.get("/invokers")).json == {"invoker0/0": "down"}
        assert (await anonymous.get("/invokers/ready")).json == {"unhealthy": "0/1"}
        reply = await operator.post(INVOKER, {"enabled": True})
        assert (reply.json["status"], reply.json["enabled"]) == ("up", True)
        assert (await guest.post("actions/a", blocking=True)).status == 200

    async def test_what_has_begun_ends(
        self, platform: Assembly, operator: Caller, guest: Caller
    ) -> None:
        """A sequence goes on with its next component while nothing new is taken."""
        await platform.action("guest/first", script={"takes_s": 0.3, "result": {"n": 1}})
        await platform.action("guest/second")
        await platform.sequence("guest/s", "guest/first", "guest/second")
        activation_id = (await guest.post("actions/s")).json["activationId"]
        await eventually(lambda: _running(operator), "the first component to run")
        drained = (await operator.post(INVOKER, {"enabled": False})).json
        assert (drained["drained"], drained["activations"]) == (False, 1)

        async def recorded() -> dict[str, Any] | None:
            reply = await guest.get(f"activations/{activation_id}")
            return reply.json if reply.status == 200 else None

        record = await eventually(recorded, "the record of the sequence")
        assert record["response"]["result"] == {"n": 1}
        assert len(record["logs"]) == 2

        async def over() -> bool:
            return bool((await operator.get(INVOKER)).json["drained"])

        assert await eventually(over, "the invoker to have nothing left")

    async def test_a_trigger_tells_in_its_record_that_nothing_ran(
        self, platform: Assembly, operator: Caller, guest: Caller
    ) -> None:
        await platform.action("guest/a")
        await guest.put("triggers/t", {})
        await guest.put("rules/r", {"trigger": "/_/t", "action": "/_/a"})
        await operator.post(INVOKER, {"enabled": False})
        reply = await guest.post("triggers/t")
        assert reply.status == 202
        record = (await guest.get(f"activations/{reply.json['activationId']}")).json
        assert UNAVAILABLE[1] in record["logs"][0]

    @pytest.mark.parametrize("body", [None, {}, {"enabled": "no"}, {"enabled": None}])
    async def test_draining_needs_a_boolean(self, operator: Caller, body: object) -> None:
        assert (await operator.post(INVOKER, body)).refusal == (
            400,
            "The request content was malformed:\n'enabled' must be true or false",
        )


class TestBlocklist:
    """Contract §6.3."""

    async def test_what_waits_for_a_blocked_subject_ends_unrecorded_and_what_runs_goes_on(
        self, platform: Assembly, operator: Caller, guest: Caller
    ) -> None:
        running = await _busy(platform, guest)
        await eventually(lambda: _running(operator), "the slow action to run")
        late = await _accepted(guest)
        subject = ADMIN + "/subjects/guest-subject"
        assert (await operator.post(subject, {"blocked": True})).status == 200
        assert (await operator.get(ADMIN + "/queues")).json["waiting"] == 0
        assert (await operator.get("/activation")).json == [running]
        await operator.post(subject, {"blocked": False})
        await platform.stores.activations.flush()
        assert (await guest.get(f"activations/{late}")).status == 404
        pending = [entry.activation_id for entry in await platform.stores.activations.pending()]
        assert pending == [running]

    async def test_a_blocking_caller_hears_why(
        self, platform: Assembly, operator: Caller, guest: Caller
    ) -> None:
        await _busy(platform, guest)
        await eventually(lambda: _running(operator), "the slow action to run")
        call = asyncio.create_task(guest.post("actions/slow", blocking=True))

        async def waits() -> bool:
            return bool((await operator.get(ADMIN + "/queues")).json["waiting"] == 1)

        assert await eventually(waits, "the call to wait")
        limits = ADMIN + "/namespaces/guest/limits"
        await operator.put(limits, {"concurrentInvocations": 0})
        reply = await call
        assert reply.status == 502
        assert reply.json["response"]["result"] == {
            "error": "The action was not invoked due to a blacklisted namespace."
        }
        assert reply.json["response"]["status"] == "application error"

    async def test_a_step_of_a_blocked_subjects_sequence_is_not_run(
        self, platform: Assembly, operator: Caller, guest: Caller
    ) -> None:
        await platform.action("guest/first", script={"takes_s": 0.3, "result": {}})
        await platform.action("guest/second")
        await platform.sequence("guest/s", "guest/first", "guest/second")
        activation_id = (await guest.post("actions/s")).json["activationId"]
        await eventually(lambda: _running(operator), "the first component to run")
        subject = ADMIN + "/subjects/guest-subject"
        await operator.post(subject, {"blocked": True})

        async def over() -> bool:
            return (await operator.get("/activation/count")).body == b"0"

        assert await eventually(over, "everything to end")
        await operator.post(subject, {"blocked": False})

        async def recorded() -> dict[str, Any] | None:
            reply = await guest.get(f"activations/{activation_id}")
            return reply.json if reply.status == 200 else None

        record = await eventually(recorded, "the record of the sequence")
        assert record["response"]["result"] == {
            "error": "The action was not invoked due to a blacklisted namespace."
        }

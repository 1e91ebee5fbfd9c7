"""How an invocation is answered (contract rest-api §2.6.3, §3.2, §3.4)."""

from typing import Any

import pytest

from tests.contract.programs import Workshop, annotated, outcome
from tests.contract.rest.caller import Caller, Reply
from tests.waiting import eventually
from whisk_platform.containers.simulated import Step

ID = "x-openwhisk-activation-id"
MISSING = (404, "The requested resource does not exist.")
EXITED = "The action did not produce a valid response and exited unexpectedly."


async def test_who_does_not_wait_gets_an_id(workshop: Workshop, guest: Caller) -> None:
    """``result`` counts for nothing then."""
    await workshop.action("echo")
    for query in ({}, {"result": True}, {"blocking": False, "result": True}):
        reply = await guest.post("actions/echo", {"a": 1}, **query)
        assert (reply.status, set(reply.json)) == (202, {"activationId"})
        assert reply.headers[ID] == reply.json["activationId"]
        record = await workshop.record(reply.json["activationId"])
        assert record["response"]["result"] == {"a": 1}


async def test_who_waits_gets_the_record_as_it_is_stored_but_for_its_logs(
    workshop: Workshop, guest: Caller
) -> None:
    def talks(args: Any) -> Step:
        return Step(body=b'{"a":1}', logs=("T stdout: hello",))

    await workshop.action("talks", talks)
    reply = await guest.post("actions/talks", {}, blocking=True)
    assert (reply.status, reply.headers[ID]) == (200, reply.json["activationId"])
    assert reply.json["logs"] == []
    assert "statusCode" not in reply.json["response"]
    assert reply.json["response"] == {
        "result": {"a": 1},
        "success": True,
        "status": "success",
        "size": 7,
    }
    stored = await workshop.record(reply.json["activationId"])
    assert stored == {**reply.json, "logs": ["T stdout: hello"]}


@pytest.mark.parametrize("result", [{}, {"a": {"error": 1}}, {"errors": 2}, [], [1, {"error": 2}]])
async def test_the_result_alone(workshop: Workshop, guest: Caller, result: object) -> None:
    await workshop.action("gives", lambda args: result)
    reply = await guest.post("actions/gives", {}, blocking=True, result=True)
    assert (reply.status, reply.json) == (200, result)
    assert len(reply.headers[ID]) == 32


async def test_an_array_is_answered_bare_in_any_case(workshop: Workshop, guest: Caller) -> None:
    await workshop.action("gives", lambda args: [1, 2])
    reply = await guest.post("actions/gives", {}, blocking=True)
    assert (reply.status, reply.json) == (200, [1, 2])
    record = await workshop.record(reply.headers[ID])
    assert record["response"]["result"] == [1, 2]


APPLICATION, DEVELOPER, INTERNAL = (
    "application error",
    "action developer error",
    "whisk internal error",
)


@pytest.mark.parametrize(
    ("step", "status", "label", "error"),
    [
        (Step(body=b'{"error":"no","else":1}'), 502, APPLICATION, "no"),
        (Step(body=b'{"error":{"code":1}}'), 502, APPLICATION, {"code": 1}),
        (Step(body=b'{"error":null}'), 502, APPLICATION, None),
        (Step(status=502, body=b'{"error":"broke"}'), 502, DEVELOPER, "broke"),
        (
            Step(status=500, body=b"oops"),
            502,
            DEVELOPER,
            "The action did not produce a valid JSON or JSON Array response: oops",
        ),
        (
            Step(body=b'"text"'),
            502,
            DEVELOPER,
            'The action did not produce a valid JSON or JSON Array response: "text"',
        ),
        (Step(breaks=True), 502, DEVELOPER, EXITED),
        (
            Step(out_of_memory=True),
            502,
            DEVELOPER,
            "The action exhausted its memory and was aborted.",
        ),
    ],
)
async def test_a_failure_is_502_with_the_record_or_its_error_alone(
    workshop: Workshop, guest: Caller, step: Step, status: int, label: str, error: object
) -> None:
    """Never with a ``code``, by which clients know the API's own errors."""
    await workshop.action("fails", lambda args: step)
    reply = await workshop.run("fails")
    assert outcome(reply) == (status, label, {"error": error})
    assert reply.json["response"]["success"] is False
    assert "code" not in reply.json
    assert reply.headers[ID] == reply.json["activationId"]
    alone = await guest.post("actions/fails", {}, blocking=True, result=True)
    assert (alone.status, alone.json) == (status, {"error": error})


async def test_a_fault_of_the_platform_is_500_with_a_record(
    workshop: Workshop, guest: Caller
) -> None:
    await workshop.action("never")
    workshop.platform.factory.refuse = "no room on this machine"
    reply = await workshop.run("never")
    sentence = {"error": "Failed to provision resources to run the action."}
    assert outcome(reply) == (500, INTERNAL, sentence)
    assert set(reply.json) >= {"activationId", "response", "annotations"}
    assert "code" not in reply.json
    assert reply.headers[ID] == reply.json["activationId"]
    alone = await guest.post("actions/never", {}, blocking=True, result=True)
    assert (alone.status, alone.json) == (500, sentence)


async def test_an_image_that_cannot_be_pulled_is_the_developers_error(workshop: Workshop) -> None:
    body = {"exec": {"kind": "blackbox", "image": "some/where"}}
    assert (await workshop.guest.put("actions/box", body)).status == 200
    workshop.platform.factory.refuse = "no such image"
    assert outcome(await workshop.run("box")) == (
        502,
        DEVELOPER,
        {"error": "Failed to pull container image 'some/where'."},
    )


async def test_a_wait_that_is_over_is_202_and_the_action_goes_on(
    workshop: Workshop, guest: Caller
) -> None:
    await workshop.action("slow", lambda args: Step(takes_s=0.4, body=b'{"late":1}'))
    reply = await guest.post("actions/slow", {}, blocking=True, result=True, timeout=50)
    assert (reply.status, set(reply.json)) == (202, {"activationId"})
    assert reply.headers[ID] == reply.json["activationId"]
    record = await workshop.record(reply.headers[ID])
    assert record["response"]["result"] == {"late": 1}


@pytest.mark.parametrize("path", ["actions/none", "actions/pkg/none", "actions/nopkg/echo"])
async def test_what_is_not_there_is_not_found(workshop: Workshop, path: str) -> None:
    await workshop.package("pkg")
    reply = await workshop.guest.post(path, {}, blocking=True)
    assert reply.refusal == MISSING
    assert ID not in reply.headers


async def test_what_is_no_action_is_a_conflict(workshop: Workshop, guest: Caller) -> None:
    await workshop.package("pkg")
    await guest.put("triggers/t", {})
    for name in ("pkg", "t"):
        reply = await guest.post(f"actions/{name}", {})
        assert reply.refusal == (
            409,
            "Resource by this name exists but is not in this collection.",
        )


@pytest.mark.parametrize("blocking", [True, False])
async def test_without_an_invoker_that_takes_it_the_server_is_unavailable(
    workshop: Workshop, guest: Caller, blocking: bool
) -> None:
    await workshop.action("echo")
    for each in workshop.platform.services.operations.invokers.values():
        await each.disable()
    reply = await guest.post("actions/echo", {}, blocking=blocking)
    assert reply.refusal == (
        503,
        "The server is currently unavailable (because it is overloaded or down for maintenance).",
    )
    assert ID not in reply.headers


async def test_an_action_deleted_while_it_waits_is_told_so(
    workshop: Workshop, guest: Caller
) -> None:
    """The reader of the record sees that the action, not the platform, was missing."""
    await workshop.action("first", lambda args: Step(takes_s=0.3))
    workshop.platform.factory.create_takes_s = 0.3
    reply = await guest.post("actions/first", {})
    assert (await guest.delete("actions/first")).status == 200
    record = await workshop.record(reply.json["activationId"])
    assert record["response"] in (
        {
            "result": {"error": "Action could not be found or may have been deleted."},
            "success": False,
            "status": APPLICATION,
        },
    )


async def test_an_action_updated_between_calls_runs_its_new_revision(
    workshop: Workshop, guest: Caller
) -> None:
    await workshop.action("echo")
    first = await workshop.run("echo")
    await guest.put("actions/echo", {}, overwrite=True)
    second = await workshop.run("echo")
    assert (first.json["version"], second.json["version"]) == ("0.0.1", "0.0.2")
    assert "initTime" in annotated(second.json)


async def test_the_transaction_id_is_the_clients_or_one_of_ours(
    workshop: Workshop, guest: Caller
) -> None:
    """Those that begin like the platform's own are not taken over."""
    await workshop.action("echo")

    async def call(given: str) -> Reply:
        return await guest.call("POST", "actions/none", headers={"x-request-id": given})

    reply = await call("mine-1")
    assert (reply.headers["x-request-id"], reply.json["code"]) == ("mine-1", "mine-1")
    for given in ("sid_invoker", ""):
        own = (await call(given)).headers["x-request-id"]
        assert own != given
        assert len(own) == 32
        assert own.isalnum()


async def test_every_answer_has_the_headers_of_the_api(
    workshop: Workshop, guest: Caller, anonymous: Caller
) -> None:
    await workshop.action("echo")
    for reply in (
        await guest.post("actions/echo", {}),
        await guest.post("actions/none", {}),
        await anonymous.post("actions/echo", {}),
    ):
        assert reply.headers["access-control-allow-origin"] == "*"
        assert reply.headers["access-control-allow-methods"] == "GET, DELETE, POST, PUT, HEAD"
        assert reply.headers["access-control-allow-headers"] == (
            "Authorization, Origin, X-Requested-With, Content-Type, Accept, User-Agent"
        )
        assert reply.headers["content-type"] == "application/json"


async def test_a_client_that_takes_no_json_is_told(workshop: Workshop, guest: Caller) -> None:
    reply = await guest.call("GET", "actions", headers={"accept": "text/html"})
    status, text = reply.refusal
    assert (status, text) == (
        406,
        "Resource representation is only available with these types:\napplication/json",
    )


async def test_what_is_in_flight_is_shown(workshop: Workshop, guest: Caller) -> None:
    await workshop.action("slow", lambda args: Step(takes_s=30))
    reply = await guest.post("actions/slow", {})

    async def shown() -> bool:
        ids = (await guest.get("/activation")).json
        count = (await guest.get("/activation/count")).json
        return bool(ids == [reply.json["activationId"]] and count == 1)

    await eventually(shown, "the activation in flight")

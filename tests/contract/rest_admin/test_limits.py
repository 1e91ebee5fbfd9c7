"""Limits of namespaces: what may be set, and that it acts on the very next call."""

from typing import Any

import pytest

from tests.contract.assembly import Assembly
from tests.contract.rest.caller import Caller
from tests.contract.rest_admin.conftest import ADMIN

LIMITS = ADMIN + "/namespaces/guest/limits"
EVERYTHING: dict[str, object] = {
    "invocationsPerMinute": 7,
    "concurrentInvocations": 5,
    "firesPerMinute": 3,
    "allowedKinds": ["python:3.11", "blackbox"],
    "storeActivations": False,
    "minActionMemory": 128,
    "maxActionMemory": 256,
    "minActionLogs": 0,
    "maxActionLogs": 5,
    "minActionTimeout": 100,
    "maxActionTimeout": 60_000,
    "minActionConcurrency": 1,
    "maxActionConcurrency": 1,
    "maxParameterSize": "1 MB",
    "maxPayloadSize": "2 MB",
    "truncationSize": "1048576 B",
    "maxActionInstances": 2,
    "warmedContainerKeepingCount": 1,
    "warmedContainerKeepingTimeout": "10 minutes",
}


async def test_every_member_of_the_contract_can_be_set_and_is_read_back(operator: Caller) -> None:
    reply = await operator.put(LIMITS, EVERYTHING)
    assert (reply.status, reply.json) == (200, EVERYTHING)
    assert (await operator.get(LIMITS)).json == EVERYTHING


async def test_a_namespace_without_limits_of_its_own_has_an_empty_document(
    operator: Caller,
) -> None:
    assert (await operator.get(LIMITS)).json == {}


async def test_setting_replaces_and_changing_keeps_the_rest(operator: Caller) -> None:
    await operator.put(LIMITS, {"invocationsPerMinute": 7, "firesPerMinute": 3})
    changed = await operator.call("PATCH", LIMITS, body={"firesPerMinute": 4})
    assert changed.json == {"invocationsPerMinute": 7, "firesPerMinute": 4}
    taken = await operator.call("PATCH", LIMITS, body={"invocationsPerMinute": None})
    assert taken.json == {"firesPerMinute": 4}
    assert (await operator.put(LIMITS, {"maxActionLogs": 1})).json == {"maxActionLogs": 1}


async def test_deleted_limits_are_the_systems_again(operator: Caller, guest: Caller) -> None:
    await operator.put(LIMITS, {"invocationsPerMinute": 7})
    assert (await guest.get("limits")).json["invocationsPerMinute"] == 7
    reply = await operator.delete(LIMITS)
    assert (reply.status, reply.json) == (200, {"invocationsPerMinute": 7})
    assert (await guest.get("limits")).json["invocationsPerMinute"] == 1000
    assert (await operator.delete(LIMITS)).refusal == (
        404,
        "The namespace 'guest' has no limits of its own.",
    )


async def test_a_limit_acts_on_the_very_next_call(
    platform: Assembly, operator: Caller, guest: Caller, anonymous: Caller
) -> None:
    """The key's identity, and the owner's of a web action, had been cached by the calls before."""
    await platform.action("guest/a")
    await platform.action("guest/web", annotations={"web-export": True})
    web = "/api/v1/web/guest/default/web.json"
    assert (await guest.post("actions/a", blocking=True)).status == 200
    assert (await anonymous.get(web)).status == 200
    await operator.put(LIMITS, {"invocationsPerMinute": 0})
    assert (await guest.post("actions/a", blocking=True)).status == 429
    assert (await anonymous.get(web)).status == 429
    await operator.delete(LIMITS)
    assert (await guest.post("actions/a", blocking=True)).status == 200


async def test_a_kind_that_is_not_allowed_is_refused_at_once(
    operator: Caller, guest: Caller
) -> None:
    body = {"exec": {"kind": "python:3.11", "code": "def main(args): return args"}}
    assert (await guest.put("actions/a", body)).status == 200
    await operator.put(LIMITS, {"allowedKinds": ["nodejs:20"]})
    assert (await guest.put("actions/b", body)).refusal == (
        403,
        "The supplied authentication is not authorized to access actions of kind 'python:3.11'.",
    )


async def test_a_value_beyond_the_systems_counts_as_the_systems(
    operator: Caller, guest: Caller
) -> None:
    assert (await operator.put(LIMITS, {"maxActionMemory": 1 << 20})).status == 200
    assert (await guest.get("limits")).json["maxActionMemory"] == 512


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"invocationsPerMinute": -1}, "'invocationsPerMinute' must be a whole number from 0 to"),
        ({"invocationsPerMinute": "7"}, "'invocationsPerMinute' must be a whole number"),
        ({"invocationsPerMinute": 1.5}, "'invocationsPerMinute' must be a whole number"),
        ({"invocationsPerMinute": True}, "'invocationsPerMinute' must be a whole number"),
        ({"invocationsPerMinute": 1 << 31}, "must be a whole number from 0 to 2147483647."),
        ({"maxActionMemory": 0}, "'maxActionMemory' must be a whole number from 1 to"),
        ({"storeActivations": 1}, "'storeActivations' must be true or false."),
        ({"allowedKinds": "python:3.11"}, "'allowedKinds' must be an array of kinds"),
        ({"allowedKinds": [1]}, "'allowedKinds' must be an array of kinds"),
        (
            {"allowedKinds": ["pyhton:3.11"]},
            "'pyhton:3.11' in 'allowedKinds' is no kind of this platform: 'blackbox', ",
        ),
        ({"maxPayloadSize": "much"}, "'maxPayloadSize' must be a size below 2 GB, for example"),
        ({"maxPayloadSize": 5}, "'maxPayloadSize' must be a size"),
        ({"maxPayloadSize": "3 GB"}, "'maxPayloadSize' must be a size below 2 GB"),
        ({"warmedContainerKeepingTimeout": "soon"}, "must be a duration, for example '10 minutes'"),
        (
            {"minActionMemory": 300, "maxActionMemory": 200},
            "'minActionMemory' (300) must not exceed 'maxActionMemory' (200).",
        ),
        ({"minActionMemory": 1024}, "'minActionMemory' (1024) must not exceed the system's 512."),
        ({"maxActionMemory": 64}, "'maxActionMemory' (64) must not be below the system's 128."),
        ({"memory": 1}, "The request content was malformed:\n'memory' is not known here; use "),
        ([], "JSON object expected"),
        (b"{", "malformed"),
    ],
)
async def test_what_cannot_be_a_limit_is_named_and_changes_nothing(
    operator: Caller, body: Any, sentence: str
) -> None:
    await operator.put(LIMITS, {"firesPerMinute": 3})
    for method in ("PUT", "PATCH"):
        status, told = (await operator.call(method, LIMITS, body=body)).refusal
        assert status == 400
        assert sentence in told
    assert (await operator.get(LIMITS)).json == {"firesPerMinute": 3}


async def test_a_change_is_judged_together_with_what_stays(operator: Caller) -> None:
    await operator.put(LIMITS, {"maxActionMemory": 200})
    status, sentence = (await operator.call("PATCH", LIMITS, body={"minActionMemory": 300})).refusal
    assert (status, sentence) == (
        400,
        "'minActionMemory' (300) must not exceed 'maxActionMemory' (200).",
    )

"""Contract §2.4.1 and §2.4.2: firing triggers, and the records of it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.contract.assembly import GUEST, Assembly, assembled
from tests.contract.rest.caller import Caller, Reply
from tests.waiting import eventually
from whisk_platform.entities.limits import NamespaceLimits, SystemLimits
from whisk_platform.stores.sql.engine import DATABASE_FILE


async def _rule(guest: Caller, name: str, action: str, *, trigger: str = "t") -> None:
    reply = await guest.put(f"rules/{name}", {"trigger": f"/_/{trigger}", "action": action})
    assert reply.status == 200, reply.text


async def _armed(platform: Assembly, guest: Caller, **trigger: Any) -> None:
    """A trigger ``t`` whose rule ``r`` runs the action ``a``, which echoes."""
    await guest.put("triggers/t", trigger, overwrite=True)
    await platform.action("guest/a")
    await _rule(guest, "r", "/_/a")


async def _record(guest: Caller, activation_id: str) -> dict[str, Any]:
    """A record, as soon as there is one."""
    replies: list[Reply] = []

    async def found() -> bool:
        replies.append(await guest.get(f"activations/{activation_id}"))
        return replies[-1].status == 200

    there: bool = await eventually(found, f"the record {activation_id}")
    assert there
    document: dict[str, Any] = replies[-1].json
    return document


async def _fired(guest: Caller, body: object = None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The trigger's record and the lines of its log."""
    reply = await guest.post("triggers/t", body)
    assert reply.status == 202, reply.text
    record = await _record(guest, reply.json["activationId"])
    return record, [json.loads(line) for line in record["logs"]]


async def test_a_fire_with_an_active_rule_is_accepted(platform: Assembly, guest: Caller) -> None:
    await _armed(platform, guest)
    reply = await guest.post("triggers/t", {"x": 1})
    assert (reply.status, list(reply.json)) == (202, ["activationId"])
    assert reply.headers["x-openwhisk-activation-id"] == reply.json["activationId"]


async def test_the_record_of_a_fire_is_there_when_the_fire_is_answered(
    platform: Assembly, guest: Caller
) -> None:
    await _armed(platform, guest)
    reply = await guest.post("triggers/t")
    assert (await guest.get(f"activations/{reply.json['activationId']}")).status == 200


async def test_a_trigger_without_rules_or_with_inactive_ones_leaves_no_record(
    platform: Assembly, guest: Caller
) -> None:
    await guest.put("triggers/t", {})
    bare = await guest.post("triggers/t", {"x": 1})
    await _armed(platform, guest)
    await guest.post("rules/r", {"status": "inactive"})
    switched_off = await guest.post("triggers/t", {"x": 1})
    for reply in (bare, switched_off):
        assert (reply.status, reply.body) == (204, b"")
        assert "x-openwhisk-activation-id" not in reply.headers
    await platform.stores.activations.flush()
    assert (await guest.get("activations", count=True)).json == {"activations": 0}


async def test_the_record_of_a_trigger(platform: Assembly, guest: Caller) -> None:
    await _armed(platform, guest, version="1.2.3", parameters=[{"key": "p", "value": 1}])
    record, lines = await _fired(guest, {"x": 1})
    assert record == {
        "namespace": "guest",
        "name": "t",
        "version": "1.2.3",
        "subject": "guest-subject",
        "activationId": record["activationId"],
        "start": record["start"],
        "response": {"status": "success", "success": True, "result": {"x": 1}},
        "logs": record["logs"],
        "annotations": [],
        "publish": False,
    }
    (line,) = lines
    assert line == {
        "rule": "guest/r",
        "action": "guest/a",
        "statusCode": 0,
        "success": True,
        "activationId": line["activationId"],
    }


async def test_a_fire_without_a_payload_has_an_empty_result(
    platform: Assembly, guest: Caller
) -> None:
    await _armed(platform, guest)
    record, _ = await _fired(guest)
    assert record["response"]["result"] == {}


async def test_what_the_action_receives(platform: Assembly, guest: Caller) -> None:
    await guest.put(
        "triggers/t",
        {
            "parameters": [
                {"key": "from", "value": "trigger"},
                {"key": "both", "value": "trigger"},
                {"key": "__ow_headers", "value": "trigger"},
            ]
        },
    )
    await platform.action("guest/a", parameters={"from": "action", "own": "action"})
    await _rule(guest, "r", "/_/a")
    reply = await guest.call(
        "POST", "triggers/t", body={"both": "payload"}, headers={"X-Tag": "mine"}
    )
    record = await _record(guest, reply.json["activationId"])
    (line,) = map(json.loads, record["logs"])
    ran = await _record(guest, line["activationId"])
    assert ran["response"]["result"] == {
        "from": "trigger",
        "both": "payload",
        "own": "action",
        "__ow_headers": {
            "host": "127.0.0.1:3233",
            "content-type": "application/json",
            "x-tag": "mine",
        },
    }
    assert "cause" not in ran
    assert (ran["namespace"], ran["subject"]) == ("guest", "guest-subject")


async def test_the_payload_overrides_the_headers(platform: Assembly, guest: Caller) -> None:
    await _armed(platform, guest)
    _, (line,) = await _fired(guest, {"__ow_headers": "mine"})
    ran = await _record(guest, line["activationId"])
    assert ran["response"]["result"] == {"__ow_headers": "mine"}


async def test_numbers_of_the_payload_stay_the_text_they_were(
    platform: Assembly, guest: Caller
) -> None:
    await _armed(platform, guest)
    reply = await guest.post("triggers/t", b'{"n": 1.10, "m": 12345678901234567890}')
    stored = await guest.get(f"activations/{reply.json['activationId']}/result")
    assert '"result":{"n":1.10,"m":12345678901234567890}' in stored.text


async def test_every_rule_has_its_line_and_the_refused_do_not_hold_up_the_others(
    platform: Assembly, guest: Caller
) -> None:
    await guest.put("triggers/t", {})
    for name in ("good", "off", "gone", "fixed"):
        await platform.action(
            f"guest/{name}",
            annotations={"final": name == "fixed"},
            parameters={"x": 0} if name == "fixed" else None,
        )
        await _rule(guest, f"r-{name}", f"/_/{name}")
    await guest.post("rules/r-off", {"status": "inactive"})
    assert (await guest.delete("actions/gone")).status == 200
    _, lines = await _fired(guest, {"x": 1})
    good, off, gone, fixed = lines
    assert good["success"]
    assert off == {
        "rule": "guest/r-off",
        "action": "guest/off",
        "statusCode": 1,
        "success": False,
        "error": "Rule 'guest/r-off' is inactive, action 'guest/off' was not activated.",
    }
    assert gone == {
        "rule": "guest/r-gone",
        "action": "guest/gone",
        "statusCode": 1,
        "success": False,
        "error": "The requested resource does not exist.",
    }
    assert fixed["error"] == (
        "Request defines parameters that are not allowed (e.g., reserved properties)."
    )


async def test_a_fire_whose_only_active_rule_fails_is_accepted_all_the_same(
    platform: Assembly, guest: Caller, stranger: Caller
) -> None:
    await guest.put("triggers/t", {})
    await platform.package("stranger/tools", publish=True)
    await platform.action("stranger/tools/a")
    await _rule(guest, "r", "/stranger/tools/a")
    await stranger.put("packages/tools", {"publish": False}, overwrite=True)
    _, (line,) = await _fired(guest)
    assert (line["statusCode"], line["error"]) == (
        1,
        "The supplied authentication is not authorized to access 'stranger/tools'.",
    )


async def test_rules_reach_packaged_and_bound_actions_and_sequences(
    platform: Assembly, guest: Caller
) -> None:
    await guest.put("triggers/t", {})
    await platform.package("stranger/tools", publish=True, parameters={"p": "package"})
    await platform.action("stranger/tools/a")
    await platform.package("guest/bound", binding="stranger/tools", parameters={"b": "binding"})
    await platform.action("guest/a")
    await platform.sequence("guest/s", "guest/a", "guest/bound/a")
    for name, action in (("p", "/stranger/tools/a"), ("b", "/_/bound/a"), ("s", "/_/s")):
        await _rule(guest, f"r-{name}", action)
    _, lines = await _fired(guest, {"x": 1})
    packaged, bound, sequence = lines
    assert packaged["action"] == "stranger/tools/a"
    assert bound["action"] == "guest/bound/a"
    results = [(await _record(guest, line["activationId"]))["response"]["result"] for line in lines]
    assert [{k: v for k, v in each.items() if k != "__ow_headers"} for each in results] == [
        {"p": "package", "x": 1},
        {"p": "package", "b": "binding", "x": 1},
        {"p": "package", "b": "binding", "x": 1},
    ]
    assert sequence["success"]


async def test_one_action_may_hang_on_two_triggers(platform: Assembly, guest: Caller) -> None:
    await _armed(platform, guest)
    await guest.put("triggers/other", {})
    await _rule(guest, "r-other", "/_/a", trigger="other")
    for trigger in ("t", "other"):
        assert (await guest.post(f"triggers/{trigger}")).status == 202


@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"null"])
async def test_a_payload_that_is_no_object_is_malformed(
    platform: Assembly, guest: Caller, body: bytes
) -> None:
    await _armed(platform, guest)
    assert (await guest.post("triggers/t", body)).refusal == (
        400,
        "The request content was malformed:\nJSON object expected",
    )


async def test_a_payload_that_is_too_large_is_refused(platform: Assembly, guest: Caller) -> None:
    await _armed(platform, guest)
    body = b'{"x":"' + b"x" * (1 << 20) + b'"}'
    assert (await guest.post("triggers/t", body)).refusal == (
        413,
        f"Request larger than allowed: {len(body)} > 1048576 bytes.",
    )


async def test_a_payload_near_the_limit_goes_through_whole(
    platform: Assembly, guest: Caller
) -> None:
    await _armed(platform, guest)
    text = "x" * ((1 << 20) - 750)
    record, _ = await _fired(guest, {"x": text})
    assert record["response"]["result"] == {"x": text}


async def test_a_body_of_another_type_is_refused(platform: Assembly, guest: Caller) -> None:
    await _armed(platform, guest)
    reply = await guest.call(
        "POST", "triggers/t", body=b"x", headers={"content-type": "text/plain"}
    )
    assert reply.refusal == (
        415,
        "The request's Content-Type [text/plain] is not supported. Expected:\napplication/json",
    )


class TestThrottles:
    async def _limit(self, platform: Assembly, limits: NamespaceLimits) -> None:
        await platform.stores.subjects.set_limits(GUEST.namespace, limits)
        platform.services.authenticator.forget()

    async def test_fires_have_a_rate_of_their_own(self, platform: Assembly, guest: Caller) -> None:
        await _armed(platform, guest)
        await self._limit(platform, NamespaceLimits(fires_per_minute=1))
        assert (await guest.post("triggers/t")).status == 202
        assert (await guest.post("triggers/t")).refusal == (
            429,
            "Too many requests in the last minute (count: 2, allowed: 1).",
        )

    async def test_a_throttled_caller_learns_nothing_else(
        self, platform: Assembly, guest: Caller
    ) -> None:
        await self._limit(platform, NamespaceLimits(fires_per_minute=0))
        for path in ("triggers/none", "/api/v1/namespaces/stranger/triggers/none"):
            assert (await guest.post(path)).refusal[0] == 429

    async def test_a_throttled_action_becomes_a_line(
        self, platform: Assembly, guest: Caller
    ) -> None:
        await _armed(platform, guest)
        await _rule(guest, "second", "/_/a")
        await self._limit(platform, NamespaceLimits(invocations_per_minute=1))
        _, (first, second) = await _fired(guest)
        assert first["success"]
        assert (second["statusCode"], second["error"]) == (
            1,
            "Too many requests in the last minute (count: 2, allowed: 1).",
        )

    async def test_a_namespace_that_stores_nothing_has_no_record(
        self, platform: Assembly, guest: Caller
    ) -> None:
        await _armed(platform, guest)
        await self._limit(platform, NamespaceLimits(store_activations=False))
        reply = await guest.post("triggers/t")
        assert reply.status == 202
        found = await guest.get(f"activations/{reply.json['activationId']}")
        assert found.status == 404


async def test_all_actions_of_a_fire_are_journaled_in_few_writes(
    platform: Assembly, guest: Caller
) -> None:
    await guest.put("triggers/t", {})
    await platform.action("guest/a", script={"takes_s": 0.05, "result": {}})
    for number in range(20):
        await _rule(guest, f"r{number}", "/_/a")
    before = platform.stores.transactions
    reply = await guest.post("triggers/t")
    assert reply.status == 202
    assert platform.stores.transactions - before <= 8
    record = await _record(guest, reply.json["activationId"])
    assert len(record["logs"]) == 20


class TestTrouble:
    async def test_a_store_that_cannot_keep_the_work_is_an_error_and_leaves_no_record(
        self, limits: SystemLimits, tmp_path: Path
    ) -> None:
        async with assembled(tmp_path, limits, durability="fsync") as platform:
            guest = Caller(app=platform.app, identity=GUEST)
            await _armed(platform, guest)
            with closing(sqlite3.connect(tmp_path / "state" / DATABASE_FILE)) as database:
                database.execute("DROP TABLE journal")
            assert (await guest.post("triggers/t")).refusal == (
                500,
                "There was an internal server error.",
            )
            assert (await guest.get("activations")).json == []

    async def test_an_action_without_an_invoker_becomes_a_line_of_ours(
        self, platform: Assembly, guest: Caller
    ) -> None:
        await _armed(platform, guest)
        await platform.invoker.drain(0.1)
        _, (line,) = await _fired(guest)
        assert (line["statusCode"], line["success"], line["error"]) == (
            3,
            False,
            "The server is currently unavailable (because it is overloaded or down for"
            " maintenance).",
        )

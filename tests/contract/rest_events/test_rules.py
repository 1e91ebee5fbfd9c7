"""Contract §2.5: rules, and the status that lives in their trigger."""

import asyncio
from typing import Any

import pytest

from tests.contract.assembly import Assembly
from tests.contract.rest.caller import Caller

NOT_FOUND = (404, "The requested resource does not exist.")
WRONG_COLLECTION = (409, "Resource by this name exists but is not in this collection.")
BODY = {"trigger": "/_/t", "action": "/_/a"}
PLAIN = {
    "namespace": "guest",
    "name": "r",
    "version": "0.0.1",
    "publish": False,
    "annotations": [],
    "trigger": {"path": "guest", "name": "t"},
    "action": {"path": "guest", "name": "a"},
    "status": "active",
}


@pytest.fixture
async def parts(platform: Assembly, guest: Caller) -> None:
    """Two triggers and two actions."""
    for name in ("t", "t2"):
        await guest.put(f"triggers/{name}", {})
    for name in ("a", "a2"):
        await platform.action(f"guest/{name}")


def _without_time(document: dict[str, Any]) -> dict[str, Any]:
    assert isinstance(document["updated"], int)
    return {key: value for key, value in document.items() if key != "updated"}


async def _status(guest: Caller, name: str = "r") -> str:
    status: str = (await guest.get(f"rules/{name}")).json["status"]
    return status


async def _links(guest: Caller, trigger: str) -> Any:
    return (await guest.get(f"triggers/{trigger}")).json.get("rules")


ACTIVE = {"guest/r": {"action": {"path": "guest", "name": "a"}, "status": "active"}}


@pytest.mark.usefixtures("parts")
class TestCreate:
    async def test_a_rule_is_created_active_and_linked(self, guest: Caller) -> None:
        created = await guest.put("rules/r", BODY)
        assert (created.status, _without_time(created.json)) == (200, PLAIN)
        assert (await guest.get("rules/r")).json == created.json
        assert await _links(guest, "t") == ACTIVE

    @pytest.mark.parametrize("status", ["", "inactive", None, 1])
    async def test_the_status_of_the_body_is_ignored(self, guest: Caller, status: object) -> None:
        created = await guest.put("rules/r", {**BODY, "status": status})
        assert created.json["status"] == "active"

    @pytest.mark.parametrize(
        ("trigger", "action"),
        [
            ("/guest/t", "/guest/a"),
            ("guest/t", "guest/a"),
            ("_/t", "/_/a"),
            ({"path": "guest", "name": "t"}, {"path": "_", "name": "a"}),
        ],
    )
    async def test_references_come_as_strings_or_objects(
        self, guest: Caller, trigger: object, action: object
    ) -> None:
        created = await guest.put("rules/r", {"trigger": trigger, "action": action})
        assert _without_time(created.json) == PLAIN

    async def test_a_bound_action_keeps_the_bindings_path(
        self, platform: Assembly, guest: Caller
    ) -> None:
        await platform.package("stranger/tools", publish=True)
        await platform.action("stranger/tools/x")
        await platform.package("guest/bound", binding="stranger/tools")
        created = await guest.put("rules/r", {"trigger": "/_/t", "action": "/_/bound/x"})
        assert created.json["action"] == {"path": "guest/bound", "name": "x"}

    @pytest.mark.parametrize(
        ("body", "sentence"),
        [
            ({}, "rule requires a valid trigger and a valid action"),
            ({"trigger": "/_/t"}, "rule requires a valid trigger and a valid action"),
            ({"action": "/_/a"}, "rule requires a valid trigger and a valid action"),
            ({"trigger": "/_/t", "action": None},
             "rule requires a valid trigger and a valid action"),
            ({"trigger": "/_/none", "action": "/_/a"}, "trigger /guest/none does not exist"),
            ({"trigger": "/_/t", "action": "/_/none"}, "action /guest/none does not exist"),
            ({"trigger": "/_/t", "action": "/_/p/none"}, "action /guest/p/none does not exist"),
            ({"trigger": "/_/none", "action": "/_/none"}, "trigger /guest/none does not exist"),
            ({"trigger": "/_/a", "action": "/_/a"}, "trigger /guest/a does not exist"),
            ({"trigger": "/_/t", "action": "/_/t"}, "action /guest/t does not exist"),
        ],
    )  # fmt: skip
    async def test_trigger_and_action_must_exist(
        self, guest: Caller, body: dict[str, Any], sentence: str
    ) -> None:
        assert (await guest.put("rules/r", body)).refusal == (400, sentence)
        assert (await guest.get("rules/r")).refusal == NOT_FOUND

    @pytest.mark.parametrize("member", ["trigger", "action"])
    async def test_an_unqualified_name_is_malformed(self, guest: Caller, member: str) -> None:
        assert (await guest.put("rules/r", {**BODY, member: "x"})).refusal == (
            400,
            "The request content was malformed:\nrequirement failed: The fully qualified name of"
            " the entity must contain at least the namespace and the name of the entity.",
        )

    async def test_what_may_not_be_read_is_forbidden(
        self, platform: Assembly, guest: Caller
    ) -> None:
        await platform.action("stranger/x")
        await platform.package("stranger/private")
        await platform.action("stranger/private/x")
        for body, name in (
            ({**BODY, "action": "/stranger/x"}, "stranger/x"),
            ({**BODY, "action": "/stranger/private/x"}, "stranger/private"),
            ({**BODY, "trigger": "/stranger/t"}, "stranger/t"),
        ):
            sentence = f"The supplied authentication is not authorized to access '{name}'."
            assert (await guest.put("rules/r", body)).refusal == (403, sentence)

    async def test_an_existing_rule_needs_overwrite(self, guest: Caller) -> None:
        await guest.put("rules/r", BODY)
        assert (await guest.put("rules/r", BODY)).refusal == (409, "resource already exists")
        created = await guest.put("rules/new", BODY, overwrite=True)
        assert (created.json["version"], created.json["status"]) == ("0.0.1", "active")


@pytest.mark.usefixtures("parts")
class TestUpdate:
    async def test_any_subset_may_change(self, guest: Caller) -> None:
        await guest.put("rules/r", BODY)
        annotations = [{"key": "a", "value": 1}]
        updated = await guest.put(
            "rules/r", {"action": "/_/a2", "annotations": annotations}, overwrite=True
        )
        assert _without_time(updated.json) == {
            **PLAIN,
            "version": "0.0.2",
            "annotations": annotations,
            "action": {"path": "guest", "name": "a2"},
        }
        link = {"action": {"path": "guest", "name": "a2"}, "status": "active"}
        assert await _links(guest, "t") == {"guest/r": link}

    async def test_the_status_is_preserved(self, guest: Caller) -> None:
        await guest.put("rules/r", BODY)
        await guest.post("rules/r", {"status": "inactive"})
        updated = await guest.put("rules/r", {"action": "/_/a2"}, overwrite=True)
        assert updated.json["status"] == "inactive"
        assert await _status(guest) == "inactive"

    async def test_moving_to_another_trigger_removes_the_old_link(self, guest: Caller) -> None:
        await guest.put("rules/r", BODY)
        updated = await guest.put("rules/r", {"trigger": "/_/t2"}, overwrite=True)
        assert updated.json["trigger"] == {"path": "guest", "name": "t2"}
        assert updated.json["status"] == "active"
        assert await _links(guest, "t") == {}
        assert await _links(guest, "t2") == ACTIVE

    async def test_a_rule_whose_trigger_vanished_needs_a_valid_one_and_becomes_inactive(
        self, guest: Caller
    ) -> None:
        await guest.put("rules/r", BODY)
        await guest.delete("triggers/t")
        assert (await guest.put("rules/r", {}, overwrite=True)).refusal == (
            400,
            "trigger /guest/t does not exist",
        )
        updated = await guest.put("rules/r", {"trigger": "/_/t2"}, overwrite=True)
        assert updated.json["status"] == "inactive"
        assert (await _links(guest, "t2"))["guest/r"]["status"] == "inactive"

    async def test_an_action_that_became_private_does_not_hold_up_other_changes(
        self, platform: Assembly, guest: Caller, stranger: Caller
    ) -> None:
        await platform.package("stranger/tools", publish=True)
        await platform.action("stranger/tools/x")
        await guest.put("rules/r", {**BODY, "action": "/stranger/tools/x"})
        reply = await stranger.put("packages/tools", {"publish": False}, overwrite=True)
        assert reply.status == 200
        assert (await guest.put("rules/r", {"trigger": "/_/t2"}, overwrite=True)).status == 200


@pytest.mark.usefixtures("parts")
class TestStatus:
    async def test_a_rule_is_switched_off_and_on(self, guest: Caller) -> None:
        await guest.put("rules/r", BODY)
        for status in ("inactive", "inactive", "active", "active"):
            reply = await guest.post("rules/r", {"status": status, "trigger": None, "action": None})
            assert (reply.status, reply.text) == (200, "OK")
            assert reply.headers["content-type"].startswith("text/plain")
            assert await _status(guest) == status
            assert (await _links(guest, "t"))["guest/r"]["status"] == status

    async def test_switching_changes_neither_version_nor_time(self, guest: Caller) -> None:
        before = (await guest.put("rules/r", BODY)).json
        await guest.post("rules/r", {"status": "inactive"})
        assert (await guest.get("rules/r")).json == {**before, "status": "inactive"}
        assert (await guest.get("triggers/t")).json["version"] == "0.0.1"

    @pytest.mark.parametrize(
        ("body", "detail"),
        [
            ({"status": "on"}, "requirement failed: on is not a recognized rule state"),
            ({"status": 1}, "requirement failed: 1 is not a recognized rule state"),
            ({}, "Object is missing required member 'status'"),
            (b"", "Unexpected end-of-input at input index 0"),
            (b"[]", "JSON object expected"),
        ],
    )
    async def test_a_status_that_is_none_is_malformed(
        self, guest: Caller, body: object, detail: str
    ) -> None:
        await guest.put("rules/r", BODY)
        reply = await guest.post("rules/r", body)
        assert reply.refusal == (400, f"The request content was malformed:\n{detail}")
        assert await _status(guest) == "active"

    async def test_without_its_trigger_a_rule_is_inactive_and_stays_so(self, guest: Caller) -> None:
        await guest.put("rules/r", BODY)
        await guest.delete("triggers/t")
        assert await _status(guest) == "inactive"
        assert (await guest.post("rules/r", {"status": "active"})).refusal == (
            404,
            "Only rules with existing triggers can be activated",
        )
        assert (await guest.post("rules/r", {"status": "inactive"})).text == "OK"

    async def test_a_new_trigger_of_the_same_name_gets_the_rule_back_when_it_is_enabled(
        self, guest: Caller
    ) -> None:
        await guest.put("rules/r", BODY)
        await guest.delete("triggers/t")
        await guest.put("triggers/t", {})
        assert await _status(guest) == "inactive"
        assert (await guest.post("triggers/t")).status == 204
        await guest.post("rules/r", {"status": "active"})
        assert await _links(guest, "t") == ACTIVE
        assert (await guest.post("triggers/t")).status == 202

    async def test_a_new_trigger_of_the_same_name_gets_the_rule_back_when_it_is_updated(
        self, guest: Caller
    ) -> None:
        await guest.put("rules/r", BODY)
        await guest.delete("triggers/t")
        await guest.put("triggers/t", {})
        updated = await guest.put("rules/r", {}, overwrite=True)
        assert updated.json["status"] == "inactive"
        assert (await _links(guest, "t"))["guest/r"]["status"] == "inactive"


@pytest.mark.usefixtures("parts")
class TestDelete:
    @pytest.mark.parametrize("status", ["active", "inactive"])
    async def test_a_rule_is_deleted_in_any_status(self, guest: Caller, status: str) -> None:
        created = (await guest.put("rules/r", BODY)).json
        await guest.post("rules/r", {"status": status})
        deleted = await guest.delete("rules/r")
        assert (deleted.status, deleted.json) == (200, {**created, "status": "inactive"})
        assert await _links(guest, "t") == {}
        assert (await guest.get("rules/r")).refusal == NOT_FOUND

    async def test_a_rule_without_its_trigger_is_deleted(self, guest: Caller) -> None:
        await guest.put("rules/r", BODY)
        await guest.delete("triggers/t")
        assert (await guest.delete("rules/r")).status == 200

    async def test_a_rule_made_again_is_active(self, guest: Caller) -> None:
        await guest.put("rules/r", BODY)
        await guest.post("rules/r", {"status": "inactive"})
        await guest.delete("rules/r")
        assert (await guest.put("rules/r", BODY)).json["status"] == "active"

    async def test_deleting_the_action_leaves_the_rule_alone(self, guest: Caller) -> None:
        created = (await guest.put("rules/r", BODY)).json
        assert (await guest.delete("actions/a")).status == 200
        assert (await guest.get("rules/r")).json == created


@pytest.mark.usefixtures("parts")
class TestCollection:
    async def test_a_list_shows_summaries_without_a_status(self, guest: Caller) -> None:
        for name in ("r1", "r2"):
            await guest.put(f"rules/{name}", BODY)
        listed = (await guest.get("rules")).json
        assert {each["name"] for each in listed} == {"r1", "r2"}
        members = {"namespace", "name", "version", "publish", "annotations", "updated"}
        assert all(set(each) == {*members, "trigger", "action"} for each in listed)
        assert listed[0]["trigger"] == {"path": "guest", "name": "t"}
        assert (await guest.get("rules/")).json == listed
        assert (await guest.get("rules", limit=1)).json == listed[:1]
        assert (await guest.get("rules", count=True)).json == {"rules": 2}

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
    async def test_a_name_of_another_kind_is_a_conflict(self, guest: Caller, method: str) -> None:
        body = {"PUT": BODY, "POST": {"status": "active"}}.get(method)
        assert (await guest.call(method, "rules/t", body=body)).refusal == WRONG_COLLECTION

    @pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
    async def test_a_missing_rule_is_not_found(self, guest: Caller, method: str) -> None:
        body = {"status": "active"} if method == "POST" else None
        assert (await guest.call(method, "rules/none", body=body)).refusal == NOT_FOUND

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
    async def test_a_stranger_may_do_nothing(
        self, guest: Caller, stranger: Caller, method: str
    ) -> None:
        await guest.put("rules/r", BODY)
        body = {"PUT": BODY, "POST": {"status": "active"}}.get(method)
        reply = await stranger.call(method, "/api/v1/namespaces/guest/rules/r", body=body)
        sentence = "The supplied authentication is not authorized to access 'guest/r'."
        assert reply.refusal == (403, sentence)


@pytest.mark.usefixtures("parts")
class TestAtOnce:
    async def test_many_rules_attach_to_one_trigger_at_once(self, guest: Caller) -> None:
        names = [f"r{number}" for number in range(12)]
        replies = await asyncio.gather(*(guest.put(f"rules/{name}", BODY) for name in names))
        assert [reply.status for reply in replies] == [200] * 12
        assert set(await _links(guest, "t")) == {f"guest/{name}" for name in names}

    async def test_rules_come_switch_and_go_at_once(self, guest: Caller) -> None:
        for number in range(8):
            await guest.put(f"rules/r{number}", BODY)
        replies = await asyncio.gather(
            *(guest.post(f"rules/r{number}", {"status": "inactive"}) for number in range(4)),
            *(guest.delete(f"rules/r{number}") for number in range(4, 8)),
            *(guest.put(f"rules/new{number}", BODY) for number in range(4)),
            guest.put("triggers/t", {"publish": True}, overwrite=True),
        )
        assert [reply.status for reply in replies] == [200] * 13
        links = await _links(guest, "t")
        assert {name: link["status"] for name, link in links.items()} == {
            **{f"guest/r{number}": "inactive" for number in range(4)},
            **{f"guest/new{number}": "active" for number in range(4)},
        }

    async def test_of_two_who_create_one_rule_one_learns_of_the_other(self, guest: Caller) -> None:
        replies = await asyncio.gather(
            guest.put("rules/r", BODY), guest.put("rules/r", {**BODY, "trigger": "/_/t2"})
        )
        winner, loser = sorted(replies, key=lambda reply: reply.status)
        assert (winner.status, loser.status) == (200, 409)
        linked = {name: await _links(guest, name) for name in ("t", "t2")}
        won = winner.json["trigger"]["name"]
        assert {name for name, links in linked.items() if links} == {won}

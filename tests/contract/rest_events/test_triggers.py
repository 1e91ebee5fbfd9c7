"""Contract §2.0 and §2.4: triggers as documents."""

import asyncio
from typing import Any

import pytest

from tests.contract.assembly import Assembly
from tests.contract.rest.caller import Caller

NOT_FOUND = (404, "The requested resource does not exist.")
NO_ROUTE = (404, "The requested resource could not be found.")
WRONG_COLLECTION = (409, "Resource by this name exists but is not in this collection.")


def _without_time(document: dict[str, Any]) -> dict[str, Any]:
    assert isinstance(document["updated"], int)
    assert document["updated"] > 1_600_000_000_000
    return {key: value for key, value in document.items() if key != "updated"}


PLAIN = {
    "namespace": "guest",
    "name": "t",
    "version": "0.0.1",
    "publish": False,
    "annotations": [],
    "parameters": [],
    "limits": {},
}


async def test_a_trigger_is_created_read_and_deleted(guest: Caller) -> None:
    created = await guest.put("triggers/t", {})
    assert (created.status, _without_time(created.json)) == (200, PLAIN)
    read = await guest.get("triggers/t")
    assert (read.status, read.json) == (200, created.json)
    deleted = await guest.delete("triggers/t")
    assert (deleted.status, deleted.json) == (200, created.json)
    assert (await guest.get("triggers/t")).refusal == NOT_FOUND


async def test_what_the_body_says_is_kept_and_the_rest_is_ignored(guest: Caller) -> None:
    body = {
        "namespace": "nonsense",
        "name": "nonsense",
        "updated": 1,
        "rules": {"guest/r": {}},
        "limits": {},
        "version": "1.2.3",
        "publish": True,
        "parameters": [{"key": "a", "value": {"b": [None]}}],
        "annotations": [{"key": "feed", "value": "/whisk.system/alarms/alarm"}],
    }
    created = await guest.put("triggers/t", body)
    kept = {key: body[key] for key in ("version", "publish", "parameters", "annotations")}
    assert _without_time(created.json) == {**PLAIN, **kept}


async def test_numbers_in_parameters_stay_the_text_they_were(guest: Caller) -> None:
    await guest.put("triggers/t", b'{"parameters":[{"key":"n","value":1.10}]}')
    assert '"value":1.10' in (await guest.get("triggers/t")).text


async def test_an_existing_trigger_needs_overwrite(guest: Caller) -> None:
    await guest.put("triggers/t", {})
    assert (await guest.put("triggers/t", {})).refusal == (409, "resource already exists")
    assert (await guest.put("triggers/t", {}, overwrite=False)).status == 409
    assert (await guest.put("triggers/t", {}, overwrite=True)).json["version"] == "0.0.2"


async def test_overwrite_creates_what_is_missing(guest: Caller) -> None:
    assert (await guest.put("triggers/t", {}, overwrite=True)).json["version"] == "0.0.1"


async def test_an_update_replaces_what_it_names_and_keeps_the_rest(
    platform: Assembly, guest: Caller
) -> None:
    pairs = [{"key": "a", "value": 1}]
    await guest.put("triggers/t", {"parameters": pairs, "annotations": pairs, "publish": True})
    await platform.action("guest/a")
    await guest.put("rules/r", {"trigger": "/_/t", "action": "/_/a"})
    updated = await guest.put(
        "triggers/t", {"parameters": [{"key": "b", "value": 2}]}, overwrite=True
    )
    assert _without_time(updated.json) == {
        **PLAIN,
        "version": "0.0.2",
        "publish": True,
        "annotations": pairs,
        "parameters": [{"key": "b", "value": 2}],
        "rules": {"guest/r": {"action": {"path": "guest", "name": "a"}, "status": "active"}},
    }


async def test_rules_are_absent_until_one_was_attached_and_may_become_empty(
    platform: Assembly, guest: Caller
) -> None:
    await guest.put("triggers/t", {})
    assert "rules" not in (await guest.get("triggers/t")).json
    await platform.action("guest/a")
    await guest.put("rules/r", {"trigger": "/_/t", "action": "/_/a"})
    await guest.delete("rules/r")
    assert (await guest.get("triggers/t")).json["rules"] == {}


@pytest.mark.parametrize("feed", ["a", "a/b", "/ns/pkg/feed", "/_/feed"])
async def test_a_feed_needs_a_path_that_could_exist(guest: Caller, feed: str) -> None:
    body = {"annotations": [{"key": "feed", "value": feed}]}
    assert (await guest.put("triggers/t", body)).status == 200


@pytest.mark.parametrize("feed", ["", "/", "$x", "a/b|c", 1, None, ["a"]])
async def test_a_feed_that_is_no_path_is_refused_on_create_only(
    guest: Caller, feed: object
) -> None:
    body = {"annotations": [{"key": "feed", "value": feed}]}
    assert (await guest.put("triggers/t", body)).refusal == (400, "Feed name is not valid")
    assert (await guest.get("triggers/t")).refusal == NOT_FOUND
    await guest.put("triggers/t", {})
    assert (await guest.put("triggers/t", body, overwrite=True)).status == 200


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "Unexpected end-of-input at input index 0"),
        (b"[]", "Object expected in field 'exec'"),
        ({"parameters": 1}, "parameters malformed!"),
        ({"annotations": [{"key": "a"}]}, "parameters malformed!"),
        ({"version": "x"}, "semantic version malformed"),
        ({"publish": "yes"}, 'Expected JsBoolean, but got "yes"'),
        ({"limits": 1}, "Object expected in field 'limits'"),
    ],
)
async def test_a_body_of_the_wrong_shape_is_malformed(
    guest: Caller, body: object, detail: str
) -> None:
    status, sentence = (await guest.put("triggers/t", body)).refusal
    assert (status, sentence) == (400, f"The request content was malformed:\n{detail}")


async def test_a_list_shows_summaries_newest_first(guest: Caller) -> None:
    for name in ("one", "two", "three"):
        await guest.put(f"triggers/{name}", {"parameters": [{"key": "a", "value": 1}]})
    listed = (await guest.get("triggers")).json
    assert {each["name"] for each in listed} == {"one", "two", "three"}
    assert [each["updated"] for each in listed] == sorted(
        (each["updated"] for each in listed), reverse=True
    )
    assert all(
        set(each) == {"namespace", "name", "version", "publish", "annotations", "updated"}
        for each in listed
    )
    assert (await guest.get("triggers/")).json == listed
    assert (await guest.get("triggers", limit=1, skip=1)).json == listed[1:2]
    assert (await guest.get("triggers", count=True)).json == {"triggers": 3}
    assert (await guest.get("triggers", count=True, skip=2)).json == {"triggers": 1}


async def test_a_list_out_of_bounds_is_refused(guest: Caller) -> None:
    assert (await guest.get("triggers", limit=201)).refusal == (
        400,
        "The query parameter 'limit' was malformed:\n"
        "The value '201' is not in the range of 0 to 200 for triggers.",
    )


async def test_names_may_have_spaces_and_differ_by_case(guest: Caller) -> None:
    for name in ("a%20b", "A%20b"):
        assert (await guest.put(f"triggers/{name}", {})).status == 200
    assert (await guest.get("triggers/a%20b")).json["name"] == "a b"
    assert (await guest.get("triggers", count=True)).json == {"triggers": 2}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
async def test_an_illegal_name_is_refused_for_every_verb(guest: Caller, method: str) -> None:
    body: object = {} if method in ("PUT", "POST") else None
    reply = await guest.call(method, "triggers/$hola", body=body)
    assert reply.refusal == (400, "The name of the entity contains illegal characters.")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
async def test_a_name_of_another_kind_is_a_conflict_for_every_verb(
    platform: Assembly, guest: Caller, method: str
) -> None:
    await platform.action("guest/a")
    body: object = {} if method in ("PUT", "POST") else None
    assert (await guest.call(method, "triggers/a", body=body)).refusal == WRONG_COLLECTION


@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
async def test_a_missing_trigger_is_not_found(guest: Caller, method: str) -> None:
    assert (await guest.call(method, "triggers/none")).refusal == NOT_FOUND


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
async def test_a_stranger_may_do_nothing(guest: Caller, stranger: Caller, method: str) -> None:
    await guest.put("triggers/t", {})
    path = "/api/v1/namespaces/guest/triggers"
    sentence = "The supplied authentication is not authorized to access 'guest/t'."
    body: object = {} if method in ("PUT", "POST") else None
    assert (await stranger.call(method, f"{path}/t", body=body)).refusal == (403, sentence)
    listing = "The supplied authentication is not authorized to access 'guest'."
    assert (await stranger.get(path)).refusal == (403, listing)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "triggers/"),
        ("POST", "triggers"),
        ("DELETE", "triggers/"),
        ("PATCH", "triggers/t"),
        ("HEAD", "triggers/t"),
    ],
)
async def test_other_verbs_lead_nowhere(guest: Caller, method: str, path: str) -> None:
    assert (await guest.call(method, path)).refusal == NO_ROUTE


async def test_of_two_who_update_at_once_one_learns_of_the_other(guest: Caller) -> None:
    await guest.put("triggers/t", {})
    replies = await asyncio.gather(*(guest.put("triggers/t", {}, overwrite=True) for _ in range(2)))
    statuses = sorted(reply.status for reply in replies)
    if statuses != [200, 200]:
        assert statuses == [200, 409]
        (loser,) = (reply for reply in replies if reply.status == 409)
        assert loser.refusal[1] == "Concurrent modification to resource detected."
    versions = (await guest.get("triggers/t")).json["version"]
    assert versions == f"0.0.{1 + statuses.count(200)}"

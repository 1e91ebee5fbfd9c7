"""Actions: create, show, update, list, delete (contract rest-api §2.0, §2.2)."""

import base64
from typing import Any

import msgspec
import pytest

from tests.contract.rest.caller import Caller
from tests.contract.rest.conftest import MANIFEST
from whisk_platform.common.errors import DocumentConflictError
from whisk_platform.controller.services import Services
from whisk_platform.entities.action import Action
from whisk_platform.entities.names import FullyQualifiedEntityName

CODE = "def main(args):\n    return args\n"
PYTHON = {"kind": "python:3.11", "code": CODE}
NOT_FOUND = (404, "The requested resource does not exist.")
ROUTE_NOT_FOUND = (404, "The requested resource could not be found.")
EXISTS = (409, "resource already exists")
WRONG_COLLECTION = (409, "Resource by this name exists but is not in this collection.")


def pairs(document: dict[str, Any], name: str = "annotations") -> dict[str, Any]:
    return {pair["key"]: pair["value"] for pair in document[name]}


async def test_a_fresh_action_has_the_standard_fields(guest: Caller) -> None:
    reply = await guest.put("actions/hello", {"exec": PYTHON})
    assert reply.status == 200
    document = reply.json
    assert isinstance(document.pop("updated"), int)
    assert document == {
        "namespace": "guest",
        "name": "hello",
        "version": "0.0.1",
        "publish": False,
        "exec": {"kind": "python:3.11", "code": CODE, "binary": False},
        "parameters": [],
        "annotations": [
            {"key": "provide-api-key", "value": False},
            {"key": "exec", "value": "python:3.11"},
        ],
        "limits": {"timeout": 60000, "memory": 256, "logs": 10, "concurrency": 1},
    }


async def test_get_answers_what_put_answered(guest: Caller) -> None:
    written = await guest.put("actions/hello", {"exec": {**PYTHON, "main": "start"}})
    read = await guest.get("actions/hello")
    assert (read.status, read.body) == (200, written.body)
    assert read.json["exec"]["main"] == "start"


async def test_code_can_be_left_out(guest: Caller) -> None:
    await guest.put("actions/hello", {"exec": PYTHON})
    document = (await guest.get("actions/hello", code=False)).json
    assert document["exec"] == {"kind": "python:3.11", "binary": False}
    assert "binding" not in document


async def test_a_flag_that_is_no_boolean_is_refused(guest: Caller) -> None:
    await guest.put("actions/hello", {"exec": PYTHON})
    status, sentence = (await guest.get("actions/hello", code="maybe")).refusal
    assert status == 400
    assert sentence.startswith("The query parameter 'code' was malformed:\n")


async def test_a_second_create_is_refused_and_changes_nothing(guest: Caller) -> None:
    await guest.put("actions/hello", {"exec": PYTHON})
    reply = await guest.put("actions/hello", {"exec": {**PYTHON, "code": "other"}})
    assert reply.refusal == EXISTS
    assert (await guest.get("actions/hello")).json["exec"]["code"] == CODE


async def test_overwriting_what_does_not_exist_creates_it(guest: Caller) -> None:
    reply = await guest.put("actions/hello", {"exec": PYTHON}, overwrite=True)
    assert (reply.status, reply.json["version"]) == (200, "0.0.1")


async def test_create_without_exec_is_refused(guest: Caller) -> None:
    assert (await guest.put("actions/hello", {})).refusal == (400, "exec undefined")
    assert (await guest.put("actions/hello", {"exec": None})).refusal == (400, "exec undefined")


async def test_an_update_keeps_what_it_does_not_name(guest: Caller) -> None:
    body = {
        "exec": PYTHON,
        "parameters": [{"key": "a", "value": 1}],
        "annotations": [{"key": "x", "value": 1}],
        "limits": {"timeout": 1000, "memory": 128},
    }
    before = (await guest.put("actions/hello", body)).json
    after = (await guest.put("actions/hello", {}, overwrite=True)).json
    assert after.pop("version") == "0.0.2"
    assert after.pop("updated") >= before.pop("updated")
    del before["version"]
    assert after == before
    assert (await guest.get("actions/hello")).json["exec"]["code"] == CODE


async def test_an_update_replaces_parameters_and_merges_annotations(guest: Caller) -> None:
    body = {
        "exec": PYTHON,
        "parameters": [{"key": "a", "value": 1}, {"key": "b", "value": 2}],
        "annotations": [{"key": "x", "value": 1}, {"key": "y", "value": 2}],
    }
    await guest.put("actions/hello", body)
    change = {
        "parameters": [{"key": "c", "value": 3}],
        "annotations": [{"key": "y", "value": 20}, {"key": "z", "value": 3}],
        "delAnnotations": ["x", "unknown"],
    }
    document = (await guest.put("actions/hello", change, overwrite=True)).json
    assert pairs(document, "parameters") == {"c": 3}
    assert pairs(document) == {
        "y": 20,
        "z": 3,
        "provide-api-key": False,
        "exec": "python:3.11",
    }


async def test_an_update_of_limits_keeps_the_other_limits(guest: Caller) -> None:
    await guest.put("actions/hello", {"exec": PYTHON, "limits": {"timeout": 1000}})
    reply = await guest.put("actions/hello", {"limits": {"memory": 512}}, overwrite=True)
    assert reply.json["limits"] == {"timeout": 1000, "memory": 512, "logs": 10, "concurrency": 1}


async def test_a_version_that_is_given_is_taken(guest: Caller) -> None:
    body = {"exec": PYTHON, "version": "1.2.3"}
    assert (await guest.put("actions/hello", body)).json["version"] == "1.2.3"
    change = {"version": "2.0"}
    assert (await guest.put("actions/hello", change, overwrite=True)).json["version"] == "2.0.0"
    assert (await guest.put("actions/hello", {}, overwrite=True)).json["version"] == "2.0.1"


async def test_switching_the_kind_keeps_the_parameters(guest: Caller) -> None:
    parameters = [{"key": "a", "value": 1}]
    await guest.put("actions/hello", {"exec": PYTHON, "parameters": parameters})
    change = {"exec": {"kind": "nodejs:20", "code": "js"}}
    document = (await guest.put("actions/hello", change, overwrite=True)).json
    assert document["parameters"] == parameters
    assert pairs(document)["exec"] == "nodejs:20"
    assert document["exec"] == {"kind": "nodejs:20", "code": "js", "binary": False}


async def test_the_annotations_of_the_server_cannot_be_given(guest: Caller) -> None:
    given = [
        {"key": "exec", "value": "mine"},
        {"key": "provide-api-key", "value": True},
        {"key": "last", "value": None},
    ]
    document = (await guest.put("actions/hello", {"exec": PYTHON, "annotations": given})).json
    assert document["annotations"] == [
        {"key": "provide-api-key", "value": True},
        {"key": "last", "value": None},
        {"key": "exec", "value": "python:3.11"},
    ]


async def test_an_update_does_not_add_the_key_annotation(guest: Caller) -> None:
    await guest.put("actions/hello", {"exec": PYTHON})
    change = {"delAnnotations": ["provide-api-key"]}
    document = (await guest.put("actions/hello", change, overwrite=True)).json
    assert pairs(document) == {"exec": "python:3.11"}


async def test_members_of_an_answer_may_be_sent_back(guest: Caller) -> None:
    document = (await guest.put("actions/hello", {"exec": PYTHON})).json
    reply = await guest.put("actions/copy", document)
    assert (reply.status, reply.json["name"], reply.json["namespace"]) == (200, "copy", "guest")


async def test_deleting_answers_with_the_last_state(guest: Caller) -> None:
    written = (await guest.put("actions/hello", {"exec": PYTHON})).json
    reply = await guest.delete("actions/hello")
    assert (reply.status, reply.json) == (200, written)
    assert (await guest.get("actions/hello")).refusal == NOT_FOUND
    assert (await guest.delete("actions/hello")).refusal == NOT_FOUND


async def test_a_new_action_by_the_name_of_a_deleted_one_starts_afresh(guest: Caller) -> None:
    await guest.put("actions/hello", {"exec": PYTHON, "version": "3.0.0"})
    await guest.delete("actions/hello")
    reply = await guest.put("actions/hello", {"exec": {**PYTHON, "code": "new"}})
    assert (reply.json["version"], reply.json["exec"]["code"]) == ("0.0.1", "new")


async def test_code_may_be_empty(guest: Caller) -> None:
    await guest.put("actions/hello", {"exec": {"kind": "python:3.11", "code": ""}})
    document = (await guest.get("actions/hello")).json
    assert document["exec"] == {"kind": "python:3.11", "code": "", "binary": False}


async def test_base64_is_binary_and_surrounding_white_space_is_dropped(guest: Caller) -> None:
    code = base64.b64encode(b"PK\x03\x04 no archive").decode()
    body = {"exec": {"kind": "python:3.11", "code": f" {code}\n", "binary": False}}
    document = (await guest.put("actions/zipped", body)).json
    assert document["exec"] == {"kind": "python:3.11", "code": code, "binary": True}


async def test_code_keeps_every_character(guest: Caller) -> None:
    code = "# \u00e9 \u65e5\u672c \U0001f600 \ud800 \x00\n" * 5000
    reply = await guest.put("actions/hello", {"exec": {"kind": "python:3.11", "code": code}})
    assert reply.json["exec"]["code"] == code
    assert (await guest.get("actions/hello")).json["exec"]["code"] == code


@pytest.mark.parametrize("name", ["with%20space", "a.b", "a@b", "a%26b", "A-1", "_", "x" * 256])
async def test_legal_names_work(guest: Caller, name: str) -> None:
    assert (await guest.put(f"actions/{name}", {"exec": PYTHON})).status == 200
    assert (await guest.get(f"actions/{name}")).status == 200


@pytest.mark.parametrize("name", ["%20", "hi+there", "$hola", "dora%3F", "a%7Cb%7Cc", "end%20"])
async def test_illegal_names_are_refused(guest: Caller, name: str) -> None:
    reply = await guest.put(f"actions/{name}", {"exec": PYTHON})
    assert reply.refusal == (400, "The name of the entity contains illegal characters.")


async def test_a_name_that_is_too_long_is_refused(guest: Caller) -> None:
    reply = await guest.get("actions/" + "x" * 257)
    assert reply.refusal == (400, "Name segement longer than allowed: 257 > 256.")


async def test_names_differ_by_letter_case(guest: Caller) -> None:
    await guest.put("actions/hello", {"exec": PYTHON})
    assert (await guest.get("actions/Hello")).refusal == NOT_FOUND
    assert (await guest.put("actions/Hello", {"exec": PYTHON})).status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "actions"),
        ("PUT", "actions/"),
        ("DELETE", "actions"),
        ("POST", "actions"),
        ("PATCH", "actions/hello"),
        ("HEAD", "actions/hello"),
        ("PUT", "actions/pkg/"),
    ],
)
async def test_methods_that_do_not_exist_are_not_found(
    guest: Caller, method: str, path: str
) -> None:
    assert (await guest.call(method, path)).refusal == ROUTE_NOT_FOUND


async def test_options_need_no_key(anonymous: Caller) -> None:
    reply = await anonymous.call("OPTIONS", "actions/hello")
    assert (reply.status, reply.text) == (200, "OK")
    assert reply.headers["access-control-allow-methods"] == "GET, DELETE, POST, PUT, HEAD"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
async def test_strangers_touch_no_action_of_the_default_package(
    guest: Caller, stranger: Caller, method: str
) -> None:
    await guest.put("actions/hello", {"exec": PYTHON})
    for name in ("hello", "missing"):
        reply = await stranger.call(method, f"/api/v1/namespaces/guest/actions/{name}", body={})
        assert reply.refusal == (
            403,
            f"The supplied authentication is not authorized to access 'guest/{name}'.",
        )


async def test_a_name_belongs_to_one_collection(guest: Caller) -> None:
    await guest.put("packages/thing", {})
    await guest.put("actions/hello", {"exec": PYTHON})
    for method in ("GET", "DELETE", "POST"):
        assert (await guest.call(method, "actions/thing")).refusal == WRONG_COLLECTION
    for overwrite in (False, True):
        reply = await guest.put("actions/thing", {"exec": PYTHON}, overwrite=overwrite)
        assert reply.refusal == WRONG_COLLECTION
    assert (await guest.get("packages/hello")).refusal == WRONG_COLLECTION
    assert (await guest.put("packages/hello", {})).refusal == WRONG_COLLECTION
    assert (await guest.delete("packages/hello")).refusal == WRONG_COLLECTION


async def test_who_writes_from_an_old_revision_loses(guest: Caller, services: Services) -> None:
    await guest.put("actions/hello", {"exec": PYTHON})
    fqn = FullyQualifiedEntityName("guest", None, "hello")
    old = await services.catalog.get(fqn, Action)
    await guest.put("actions/hello", {}, overwrite=True)
    with pytest.raises(DocumentConflictError) as caught:
        await services.catalog.put(old)
    assert caught.value.status == 409
    assert caught.value.message == "Concurrent modification to resource detected."


async def test_lists_show_the_newest_first_without_code(guest: Caller) -> None:
    for name in ("one", "two", "three"):
        await guest.put(f"actions/{name}", {"exec": PYTHON})
    await guest.put("actions/one", {}, overwrite=True)
    reply = await guest.get("actions")
    assert [each["name"] for each in reply.json] == ["one", "three", "two"]
    first = reply.json[0]
    assert isinstance(first.pop("updated"), int)
    assert first == {
        "namespace": "guest",
        "name": "one",
        "version": "0.0.2",
        "publish": False,
        "exec": {"binary": False},
        "annotations": [
            {"key": "provide-api-key", "value": False},
            {"key": "exec", "value": "python:3.11"},
        ],
        "limits": {"timeout": 60000, "memory": 256, "logs": 10, "concurrency": 1},
    }


async def test_lists_have_pages_and_a_count(guest: Caller) -> None:
    assert (await guest.get("actions")).body == b"[]"
    for number in range(32):
        await guest.put(f"actions/a{number}", {"exec": PYTHON})
    assert len((await guest.get("actions")).json) == 30
    assert len((await guest.get("actions/", limit=0)).json) == 32
    page = (await guest.get("actions", skip=30, limit=200)).json
    assert {each["name"] for each in page} == {"a0", "a1"}
    assert (await guest.get("actions", count=True, limit=1)).json == {"actions": 32}
    assert (await guest.get("actions", count=True, skip=30)).json == {"actions": 2}
    assert (await guest.get("actions", count=True, skip=99)).json == {"actions": 0}


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ({"limit": 201}, "The value '201' is not in the range of 0 to 200 for actions."),
        ({"limit": -1}, "The value '-1' is not in the range of 0 to 200 for actions."),
        ({"limit": "x"}, "The value 'x' is not an integer for actions."),
        ({"limit": ""}, "The value '' is not an integer for actions."),
        ({"skip": -1}, "The value '-1' is not greater than or equal to 0 for actions."),
        ({"skip": "1.5"}, "The value '1.5' is not an integer for actions."),
    ],
)
async def test_pages_out_of_range_are_refused(
    guest: Caller, query: dict[str, object], detail: str
) -> None:
    (name,) = query
    reply = await guest.get("actions", **query)
    assert reply.refusal == (400, f"The query parameter '{name}' was malformed:\n{detail}")


async def test_strangers_list_nothing(stranger: Caller) -> None:
    reply = await stranger.get("/api/v1/namespaces/guest/actions")
    assert reply.refusal == (
        403,
        "The supplied authentication is not authorized to access 'guest'.",
    )


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("python:default", "python:3.11"),
        ("python", "python:3.11"),
        ("python:3", "python:3.11"),
        (" NodeJS:Default ", "nodejs:20"),
    ],
)
async def test_a_kind_is_stored_as_what_it_resolves_to(
    guest: Caller, given: str, stored: str
) -> None:
    document = (await guest.put("actions/hello", {"exec": {"kind": given, "code": "x"}})).json
    assert document["exec"]["kind"] == stored
    assert pairs(document)["exec"] == stored


async def test_an_unknown_kind_is_refused_with_the_known_ones(guest: Caller) -> None:
    reply = await guest.put("actions/hello", {"exec": {"kind": "cobol:85", "code": "x"}})
    assert reply.refusal == (
        400,
        "The request content was malformed:\nThe specified runtime 'cobol:85' is not supported by"
        " this platform. Valid values are: 'python:3.11', 'nodejs:20', 'java:8', 'blackbox',"
        " 'sequence'",
    )


async def test_a_deprecated_kind_is_kept_but_not_written(guest: Caller, services: Services) -> None:
    sentence = (
        "The 'nodejs:6' runtime is no longer supported. You may read and delete but not update"
        " or invoke this action."
    )
    body = {"exec": {"kind": "nodejs:6", "code": "x"}}
    assert (await guest.put("actions/old", body)).refusal == (400, sentence)
    await _store_deprecated(guest, services)
    assert (await guest.put("actions/old", {}, overwrite=True)).refusal == (400, sentence)
    assert (await guest.put("actions/old", body, overwrite=True)).refusal == (400, sentence)
    assert (await guest.post("actions/old", {})).refusal == (400, sentence)
    assert (await guest.get("actions/old")).status == 200
    assert (await guest.delete("actions/old")).status == 200


async def _store_deprecated(guest: Caller, services: Services) -> None:
    """Leave an action behind as if its kind had been deprecated after it was written."""
    assert any(runtime.kind == "nodejs:6" for runtime in MANIFEST.runtimes)
    await guest.put("actions/old", {"exec": {"kind": "nodejs:20", "code": "x"}})
    action = await services.catalog.get(FullyQualifiedEntityName("guest", None, "old"), Action)
    executable = msgspec.structs.replace(action.exec, kind="nodejs:6")
    await services.catalog.put(msgspec.structs.replace(action, exec=executable))


async def test_a_black_box_without_code_has_none(guest: Caller) -> None:
    for code in ({}, {"code": ""}, {"code": " "}):
        body = {"exec": {"kind": "blackbox", "image": "me/image:tag", **code}}
        document = (await guest.put("actions/box", body, overwrite=True)).json
        assert document["exec"] == {"kind": "blackbox", "image": "me/image:tag", "binary": False}
        assert (await guest.get("actions/box")).json["exec"] == document["exec"]


async def test_a_black_box_with_code_keeps_it_until_it_is_replaced(guest: Caller) -> None:
    executable = {"kind": "blackbox", "image": "me/image", "code": "abcd", "main": "go"}
    document = (await guest.put("actions/box", {"exec": executable})).json
    assert document["exec"] == {**executable, "binary": True}
    bare = {"exec": {"kind": "blackbox", "image": "me/image"}}
    await guest.put("actions/box", bare, overwrite=True)
    assert "code" not in (await guest.get("actions/box")).json["exec"]


async def test_a_kind_that_needs_main_gets_it(guest: Caller) -> None:
    body = {"exec": {"kind": "java:8", "code": "abcd", "main": "com.example.Main"}}
    assert (await guest.put("actions/hello", body)).json["exec"]["main"] == "com.example.Main"

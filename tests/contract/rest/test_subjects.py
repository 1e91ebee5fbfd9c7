"""Subjects over the operator API: the system key only, no key in any log line."""

import pytest
from structlog.testing import capture_logs

from tests.contract.rest.caller import Caller
from tests.contract.rest.conftest import GUEST, SYSTEM
from whisk_platform.entities.identity import AuthKey, Identity

SUBJECTS = "/api/v1/admin/subjects"
ALICE = SUBJECTS + "/alice"
AUTH = "aaaaaaaa-0000-4000-8000-000000000000:" + "k" * 64


def caller_with(operator: Caller, namespace: str, auth: str) -> Caller:
    uuid, _, key = auth.partition(":")
    identity = Identity(subject=namespace, namespace=namespace, authkey=AuthKey(uuid=uuid, key=key))
    return Caller(app=operator.app, identity=identity)


async def created(operator: Caller, path: str = ALICE, **body: str) -> str:
    """The last ``uuid:key`` of the subject that was put."""
    reply = await operator.put(path, body)
    assert reply.status == 200, reply.text
    last = reply.json["namespaces"][-1]
    return f"{last['uuid']}:{last['key']}"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", SUBJECTS), ("GET", ALICE), ("PUT", ALICE), ("DELETE", ALICE), ("POST", ALICE)],
)
async def test_nobody_but_the_operator_gets_in(
    guest: Caller, anonymous: Caller, method: str, path: str
) -> None:
    assert (await guest.call(method, path, body={})).refusal == (
        403,
        "The supplied authentication is not authorized to access this resource.",
    )
    assert (await anonymous.call(method, path, body={})).refusal[0] == 401


async def test_a_generated_key_opens_a_namespace_of_the_same_name(operator: Caller) -> None:
    auth = await created(operator)
    uuid, _, key = auth.partition(":")
    assert len(key) == 64
    assert key.isalnum()
    alice = caller_with(operator, "alice", auth)
    assert (await alice.get("/api/v1/namespaces")).json == ["alice"]
    expected = {
        "subject": "alice",
        "blocked": False,
        "namespaces": [{"name": "alice", "uuid": uuid, "key": key}],
    }
    assert (await operator.get(ALICE)).json == expected


async def test_namespace_and_key_may_be_given(operator: Caller) -> None:
    assert await created(operator, namespace="wonderland", auth=AUTH) == AUTH
    assert (await caller_with(operator, "wonderland", AUTH).get("limits")).status == 200


async def test_a_subject_may_have_several_namespaces(operator: Caller) -> None:
    await created(operator, namespace="one")
    await created(operator, namespace="two")
    document = (await operator.get(ALICE)).json
    assert [each["name"] for each in document["namespaces"]] == ["one", "two"]


async def test_what_exists_is_not_replaced_unless_asked(operator: Caller) -> None:
    old = await created(operator)
    status, sentence = (await operator.put(ALICE, {})).refusal
    assert (status, sentence) == (
        409,
        "The subject 'alice' already has the namespace 'alice'. Name another one, or replace its"
        " key with overwrite=true.",
    )
    alice = caller_with(operator, "alice", old)
    assert (await alice.get("limits")).status == 200
    reply = await operator.put(ALICE, {}, overwrite=True)
    assert reply.json["namespaces"][0]["key"] not in old
    assert (await alice.get("limits")).status == 401


async def test_what_belongs_to_others_is_refused(operator: Caller) -> None:
    sentence = (
        "The namespace 'guest', or the uuid of the key, already belongs to another subject or"
        " namespace. Choose another one."
    )
    assert (await operator.put(ALICE, {"namespace": "guest"})).refusal == (409, sentence)
    taken = f"{GUEST.authkey.uuid}:{'k' * 64}"
    assert (await operator.put(ALICE, {"auth": taken})).refusal[0] == 409
    assert (await operator.get(ALICE)).refusal == (404, "There is no subject 'alice'.")


@pytest.mark.parametrize(
    ("name", "body", "word"),
    [
        ("abc", {}, "'abc'"),
        ("a" * 257, {}, "256"),
        ("alice%00", {}, "printable"),
        ("alice", [], "JSON object expected"),
        ("alice", b"{", "malformed"),
        ("alice", {"name": "x"}, "'name' is not known here; use 'auth', 'namespace'"),
        ("alice", {"namespace": 1}, "'namespace' must be a string"),
        ("alice", {"namespace": "a/b"}, "'a/b' is no name of a namespace"),
        ("ali|ce", {}, "Choose another one"),
        ("alice", {"auth": 1}, "'auth'"),
        ("alice", {"auth": "x:" + "k" * 64}, "'auth'"),
        ("alice", {"auth": AUTH[:-1]}, "64"),
        ("alice", {"auth": AUTH[:-1] + " "}, "printable"),
        ("alice", {"auth": AUTH[:-1] + "\u00e9"}, "ASCII"),
    ],
)
async def test_bad_input_is_named_and_changes_nothing(
    operator: Caller, name: str, body: object, word: str
) -> None:
    before = (await operator.get(SUBJECTS)).json
    status, sentence = (await operator.put(f"{SUBJECTS}/{name}", body)).refusal
    assert status == 400
    assert word in sentence
    assert (await operator.get(SUBJECTS)).json == before


async def test_the_list_has_all_subjects_without_keys(operator: Caller) -> None:
    await created(operator)
    reply = await operator.get(SUBJECTS)
    assert [each["subject"] for each in reply.json] == [
        "alice",
        "guest-subject",
        "stranger-subject",
        "whisk.system-subject",
    ]
    assert GUEST.authkey.key not in reply.text
    assert reply.json[1]["namespaces"] == [{"name": "guest", "uuid": GUEST.authkey.uuid}]


async def test_a_blocked_subject_is_refused_at_once_and_can_come_back(operator: Caller) -> None:
    auth = await created(operator)
    alice = caller_with(operator, "alice", auth)
    assert (await alice.get("limits")).status == 200
    reply = await operator.post(ALICE, {"blocked": True})
    assert (reply.status, reply.json["blocked"]) == (200, True)
    assert (await alice.get("limits")).refusal == (401, "The supplied authentication is invalid")
    assert (await operator.put(ALICE, {"namespace": "more"})).refusal == (
        409,
        "The subject 'alice' is blocked. Unblock it first.",
    )
    assert (await operator.post(ALICE, {"blocked": False})).json["blocked"] is False
    assert (await alice.get("limits")).status == 200


@pytest.mark.parametrize("body", [None, {}, {"blocked": "yes"}, {"blocked": None}])
async def test_blocking_needs_a_boolean(operator: Caller, body: object) -> None:
    assert (await operator.post(ALICE, body)).refusal == (
        400,
        "The request content was malformed:\n'blocked' must be true or false",
    )


async def test_a_deleted_subject_is_gone_at_once(operator: Caller) -> None:
    auth = await created(operator)
    alice = caller_with(operator, "alice", auth)
    assert (await alice.get("limits")).status == 200
    reply = await operator.delete(ALICE)
    assert (reply.status, reply.json["subject"]) == (200, "alice")
    assert (await alice.get("limits")).status == 401
    missing = (404, "There is no subject 'alice'.")
    assert (await operator.delete(ALICE)).refusal == missing
    assert (await operator.get(ALICE)).refusal == missing
    assert (await operator.post(ALICE, {"blocked": True})).refusal == missing


async def test_one_namespace_of_a_subject_can_be_deleted(operator: Caller) -> None:
    await created(operator, namespace="one")
    await created(operator, namespace="two")
    assert (await operator.delete(ALICE, namespace="one")).status == 200
    document = (await operator.get(ALICE)).json
    assert [each["name"] for each in document["namespaces"]] == ["two"]
    assert (await operator.delete(ALICE, namespace="one")).refusal == (
        404,
        "The subject 'alice' has no namespace 'one'.",
    )


async def test_the_operator_cannot_lock_himself_out(operator: Caller) -> None:
    path = f"{SUBJECTS}/{SYSTEM.subject}"
    for reply in (await operator.delete(path), await operator.post(path, {"blocked": True})):
        status, sentence = reply.refusal
        assert status == 409
        assert sentence.startswith("The namespace 'whisk.system' cannot be ")
    assert (await operator.get(SUBJECTS)).status == 200


async def test_every_call_leaves_one_line_without_keys(operator: Caller) -> None:
    with capture_logs() as lines:
        auth = await created(operator)
        await operator.get(ALICE)
        await operator.get(SUBJECTS)
        await operator.post(ALICE, {"blocked": True})
        await operator.delete(ALICE)
    assert [(line["event"], line["operation"]) for line in lines] == [
        ("operator_call", "put_subject"),
        ("operator_call", "get_subject"),
        ("operator_call", "list_subjects"),
        ("operator_call", "block_subject"),
        ("operator_call", "delete_subject"),
    ]
    assert all(line["operator"] == SYSTEM.subject and line["transid"] for line in lines)
    assert auth.partition(":")[2] not in str(lines)

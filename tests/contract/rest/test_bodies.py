"""What PUT accepts and refuses (contract rest-api §1.7, §2.0, §2.2, appendix D 6, 8, 18 to 20)."""

from typing import Any

import pytest

from tests.contract.rest.caller import Caller
from tests.contract.rest.conftest import set_limits
from whisk_platform.controller.services import Services
from whisk_platform.entities.limits import NamespaceLimits

PYTHON = {"kind": "python:3.11", "code": "x"}
MALFORMED = "The request content was malformed:\n"


async def refused(caller: Caller, body: object, path: str = "actions/a") -> str:
    """The detail of a body's refusal as malformed; nothing may have been written."""
    status, sentence = (await caller.put(path, body)).refusal
    assert status == 400
    assert sentence.startswith(MALFORMED)
    assert (await caller.get(path)).status == 404
    return sentence.removeprefix(MALFORMED)


@pytest.mark.parametrize("path", ["actions/a", "packages/a"])
@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"null", b"true"])
async def test_a_body_that_is_no_object_is_refused(guest: Caller, path: str, body: bytes) -> None:
    assert await refused(guest, body, path) == "Object expected in field 'exec'"


@pytest.mark.parametrize("path", ["actions/a", "packages/a"])
async def test_an_empty_body_is_refused(guest: Caller, path: str) -> None:
    assert (await refused(guest, b"", path)).startswith("Unexpected end-of-input at input index 0")


@pytest.mark.parametrize(
    "body",
    [b"{", b'{"exec": }', b"{'a': 1}", b'{"a": NaN}', b'{"a": "\xff"}', b"{}{}", b"[" * 100_000],
)
async def test_what_is_no_json_is_refused(guest: Caller, body: bytes) -> None:
    assert await refused(guest, body)


async def test_json_nested_too_deeply_is_refused(guest: Caller) -> None:
    body = b'{"exec": {"kind": "python:3.11", "code": "x"}, "parameters": [{"key": "a", "value": '
    body += b"[" * 100_000 + b"]" * 100_000 + b"}]}"
    assert await refused(guest, body)


async def test_a_body_of_another_type_is_refused(guest: Caller) -> None:
    reply = await guest.call(
        "PUT", "actions/a", body=b"exec=1", headers={"content-type": "text/plain"}
    )
    assert reply.refusal == (
        415,
        "The request's Content-Type [text/plain] is not supported. Expected:\napplication/json",
    )


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", ""])
async def test_a_body_may_have_a_charset_or_no_type(guest: Caller, content_type: str) -> None:
    reply = await guest.call(
        "PUT", "actions/a", body={"exec": PYTHON}, headers={"content-type": content_type}
    )
    assert reply.status == 200


@pytest.mark.parametrize(
    ("executable", "detail"),
    [
        (1, "JSON object expected in 'exec'"),
        ({}, "'kind' must be a string defined in 'exec'"),
        ({"kind": 1}, "'kind' must be a string defined in 'exec'"),
        (
            {"kind": "python:3.11"},
            "'code' must be a string or attachment object defined in 'exec' for 'python:3.11'"
            " actions",
        ),
        (
            {"kind": "python:default"},
            "'code' must be a string or attachment object defined in 'exec' for 'python:default'"
            " actions",
        ),
        (
            {"kind": "python:3.11", "code": 1},
            "Could not deserialize as attachment record: 1",
        ),
        (
            {"kind": "python:3.11", "code": None},
            "Could not deserialize as attachment record: null",
        ),
        (
            {"kind": "python:3.11", "code": {"a": [1]}},
            'Could not deserialize as attachment record: {"a":[1]}',
        ),
        (
            {"kind": "java:8", "code": "x"},
            "'main' must be a string defined in 'exec' for 'java:8' actions",
        ),
        (
            {"kind": "python:3.11", "code": "x", "main": 1},
            "if defined, 'main' be a string in 'exec' for 'python:3.11' actions",
        ),
        ({"kind": "sequence"}, "'components' must be defined for sequence kind"),
        ({"kind": "sequence", "components": "/_/a"}, "'components' must be an array"),
        ({"kind": "sequence", "components": [1]}, "fully qualified name malformed"),
        (
            {"kind": "sequence", "components": ["a"]},
            "requirement failed: The fully qualified name of the entity must contain at least the"
            " namespace and the name of the entity.",
        ),
        (
            {"kind": "blackbox"},
            "'image' must be a string defined in 'exec' for 'blackbox' actions",
        ),
        (
            {"kind": "blackbox", "image": 1},
            "'image' must be a string defined in 'exec' for 'blackbox' actions",
        ),
        ({"kind": "blackbox", "image": "UP/case:x:y"}, "could not parse image name"),
        (
            {"kind": "blackbox", "image": "me/image", "main": []},
            "if defined, 'main' be a string in 'exec' for 'blackbox' actions",
        ),
    ],
)
async def test_an_exec_of_the_wrong_shape_is_refused(
    guest: Caller, executable: object, detail: str
) -> None:
    assert await refused(guest, {"exec": executable}) == detail


@pytest.mark.parametrize(
    "image", ["busybox", "me/image:1.0", "localhost:5000/a/b-c:T_1", "registry.example.org/x/y"]
)
async def test_images_of_every_form_are_accepted(guest: Caller, image: str) -> None:
    body = {"exec": {"kind": "blackbox", "image": image}}
    assert (await guest.put("actions/a", body)).json["exec"]["image"] == image


@pytest.mark.parametrize("member", ["parameters", "annotations"])
@pytest.mark.parametrize(
    "value",
    [
        {"a": 1},
        "x",
        [1],
        [{"key": "a"}],
        [{"value": 1}],
        [{"key": 1, "value": 1}],
        [{"key": "a", "value": 1, "init": "yes"}],
        [{"key": "a", "value": 1, "encryption": 1}],
        [{"key": "\ud800", "value": 1}],
    ],
)
async def test_pairs_of_the_wrong_shape_are_refused(
    guest: Caller, member: str, value: object
) -> None:
    assert await refused(guest, {"exec": PYTHON, member: value}) == "parameters malformed!"


@pytest.mark.parametrize(
    ("member", "value", "detail"),
    [
        ("version", "x", "semantic version malformed"),
        ("version", 1, "semantic version malformed"),
        ("version", "0.0.0", "semantic version malformed"),
        ("version", "1.2.3.4", "semantic version malformed"),
        ("version", "-1.0.0", "semantic version malformed"),
        ("publish", "yes", 'Expected JsBoolean, but got "yes"'),
        ("publish", 1, "Expected JsBoolean, but got 1"),
        ("delAnnotations", "a", "'delAnnotations' must be an array of strings"),
        ("delAnnotations", [1], "'delAnnotations' must be an array of strings"),
    ],
)
async def test_other_members_of_the_wrong_type_are_refused(
    guest: Caller, member: str, value: object, detail: str
) -> None:
    assert await refused(guest, {"exec": PYTHON, member: value}) == detail


@pytest.mark.parametrize(
    ("asked", "detail"),
    [
        (1, "Object expected in field 'timeout'"),
        ({"timeout": "1"}, "time limit malformed"),
        ({"timeout": 1.5}, "time limit must be whole number"),
        ({"memory": []}, "memory limit malformed"),
        ({"memory": 128.5}, "memory limit must be whole number"),
        ({"logs": 0.5}, "log limit must be whole number"),
        ({"logs": -1}, "requirement failed: a negative size of an object is not allowed."),
        ({"concurrency": {}}, "concurrency limit malformed"),
        ({"instances": True}, "instance concurrency limit malformed"),
        (
            {"instances": -1},
            "requirement failed: Action container concurrency must be greater than or equal to 0.",
        ),
    ],
)
async def test_limits_of_the_wrong_shape_are_refused(
    guest: Caller, asked: object, detail: str
) -> None:
    assert await refused(guest, {"exec": PYTHON, "limits": asked}) == detail


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            {"timeout": 0},
            "requirement failed: duration 0 milliseconds below allowed threshold of 100"
            " milliseconds",
        ),
        (
            {"timeout": 300_001},
            "requirement failed: duration 300001 milliseconds exceeds allowed threshold of 300000"
            " milliseconds",
        ),
        (
            {"memory": 0},
            "requirement failed: memory size 0 MB below allowed threshold of 128 MB",
        ),
        (
            {"memory": 513},
            "requirement failed: memory size 513 MB exceeds allowed threshold of 512 MB",
        ),
        (
            {"logs": 50},
            "requirement failed: log size 50 MB exceeds allowed threshold of 10 MB",
        ),
        (
            {"concurrency": 0},
            "requirement failed: concurrency 0 below allowed threshold of 1",
        ),
        (
            {"instances": 31},
            "Max action instance concurrency must not exceed your namespace concurrency of 30.",
        ),
    ],
)
async def test_limits_out_of_range_are_refused(
    guest: Caller, asked: dict[str, int], sentence: str
) -> None:
    reply = await guest.put("actions/a", {"exec": PYTHON, "limits": asked})
    assert reply.refusal == (400, sentence)
    assert (await guest.get("actions/a")).status == 404


@pytest.mark.parametrize("timeout", [100, 300_000])
@pytest.mark.parametrize("memory", [128, 512])
@pytest.mark.parametrize("logs", [0, 10])
async def test_limits_at_their_bounds_are_kept(
    guest: Caller, timeout: int, memory: int, logs: int
) -> None:
    limits = {"timeout": timeout, "memory": memory, "logs": logs, "concurrency": 1}
    assert (await guest.put("actions/a", {"exec": PYTHON, "limits": limits})).status == 200
    assert (await guest.get("actions/a")).json["limits"] == limits


async def test_whole_numbers_may_be_spelled_as_decimals(guest: Caller) -> None:
    body = b'{"exec": {"kind": "python:3.11", "code": "x"}, "limits": {"timeout": 6E3}}'
    assert (await guest.put("actions/a", body)).json["limits"]["timeout"] == 6000


async def test_instances_show_once_they_are_set(guest: Caller) -> None:
    reply = await guest.put("actions/a", {"exec": PYTHON, "limits": {"instances": 3}})
    assert reply.json["limits"]["instances"] == 3


async def test_limits_are_checked_against_the_namespaces_own(
    guest: Caller, services: Services
) -> None:
    await set_limits(services, NamespaceLimits(max_action_memory=200, concurrent_invocations=2))
    reply = await guest.put("actions/a", {"exec": PYTHON, "limits": {"memory": 256}})
    assert reply.refusal == (
        400,
        "requirement failed: memory size 256 MB exceeds allowed threshold of 200 MB",
    )
    reply = await guest.put("actions/a", {"exec": PYTHON, "limits": {"instances": 3}})
    assert reply.refusal == (
        400,
        "Max action instance concurrency must not exceed your namespace concurrency of 2.",
    )
    assert (await guest.put("actions/a", {"exec": PYTHON})).json["limits"]["memory"] == 200


async def test_a_kind_that_the_namespace_may_not_use_is_refused(
    guest: Caller, services: Services
) -> None:
    await guest.put("actions/before", {"exec": {"kind": "nodejs:20", "code": "x"}})
    await set_limits(services, NamespaceLimits(allowed_kinds=["python:3.11"]))
    reply = await guest.put("actions/a", {"exec": {"kind": "nodejs:default", "code": "x"}})
    assert reply.refusal == (
        403,
        "The supplied authentication is not authorized to access actions of kind 'nodejs:20'.",
    )
    assert (await guest.put("actions/a", {"exec": PYTHON})).status == 200
    assert (await guest.put("actions/before", {}, overwrite=True)).status == 200


@pytest.mark.parametrize("member", ["parameters", "annotations"])
async def test_pairs_that_are_too_large_are_refused(guest: Caller, member: str) -> None:
    limit = 1 << 20
    fitting = [{"key": "a", "value": "x" * (limit - 3)}]
    assert (await guest.put("packages/fits", {member: fitting})).status == 200
    too_large = [{"key": "ab", "value": "x" * (limit - 3)}]
    for path, body in (("actions/a", {"exec": PYTHON}), ("packages/a", {})):
        reply = await guest.put(path, {**body, member: too_large})
        assert reply.refusal == (413, f"{member} larger than allowed: {limit + 1} > {limit} bytes.")


async def test_white_space_does_not_count_and_is_not_kept(guest: Caller) -> None:
    body = b'{"parameters": [{"key": "a", "value": {"b":' + b" " * (1 << 20) + b"[1 , 2]}}]}"
    reply = await guest.put("packages/a", body)
    assert b'"parameters":[{"key":"a","value":{"b":[1,2]}}]' in reply.body


async def test_code_that_is_too_large_is_refused(guest: Caller) -> None:
    limit = 48 << 20
    code = b'{"exec": {"kind": "python:3.11", "code": "' + b"x" * (limit + 1) + b'"}}'
    assert (await guest.put("actions/a", code)).refusal == (
        413,
        f"exec larger than allowed: {limit + 1} > {limit} bytes.",
    )


async def test_the_largest_code_is_kept(guest: Caller) -> None:
    limit = 48 << 20
    code = b'{"exec": {"kind": "python:3.11", "code": "' + b"x" * limit + b'"}}'
    assert (await guest.put("actions/a", code)).status == 200
    assert len((await guest.get("actions/a")).json["exec"]["code"]) == limit


async def test_a_body_beyond_every_limit_is_refused(guest: Caller) -> None:
    reply = await guest.put("actions/a", b" " * ((50 << 20) + 1))
    assert reply.refusal == (
        413,
        "The request content is larger than the server is willing or able to process.",
    )


async def test_values_come_out_as_they_went_in(guest: Caller) -> None:
    values = (
        b"1.10",
        b"123456789012345678901234567890.5",
        b"1e400",
        b"-0",
        b'"\\ud800"',
        '"é日本😀&<>"'.encode(),
        b'{"b":1,"a":[null,1.0]}',
        b"null",
    )
    given = [b'{"key":"k%d","value":%s}' % (n, value) for n, value in enumerate(values)]
    joined = b"[" + b",".join(given) + b"]"
    body = b'{"exec":{"kind":"python:3.11","code":"x"},"parameters":%s,"annotations":%s}'
    written = await guest.put("actions/a", body % (joined, joined))
    assert written.status == 200
    read = await guest.get("actions/a")
    assert b'"parameters":' + joined in read.body
    assert b'"annotations":' + joined[:-1] + b"," in read.body
    assert read.body == written.body
    listed = await guest.get("actions")
    assert joined[:-1] in listed.body


async def test_values_survive_an_update_read_back_from_the_store(
    guest: Caller, services: Services
) -> None:
    pair = b'{"key":"k","value":["\\ud800",1.10]}'
    await guest.put("packages/a", b'{"parameters":[' + pair + b"]}")
    services.catalog._cache.clear()
    reply = await guest.put("packages/a", {"publish": True}, overwrite=True)
    assert pair in reply.body


async def test_the_last_of_duplicate_keys_wins(guest: Caller) -> None:
    parameters = [
        {"key": "a", "value": 1},
        {"key": "b", "value": 2},
        {"key": "a", "value": 3},
    ]
    document = (await guest.put("actions/a", {"exec": PYTHON, "parameters": parameters})).json
    assert document["parameters"] == [{"key": "a", "value": 3}, {"key": "b", "value": 2}]


async def test_pairs_keep_their_order_and_their_marks(guest: Caller) -> None:
    parameters: list[dict[str, Any]] = [{"key": f"k{n}", "value": n} for n in (9, 1, 5, 3, 7, 2)]
    parameters[2]["init"] = True
    given = [{**parameters[0], "init": False, "encryption": None}, *parameters[1:]]
    document = (await guest.put("actions/a", {"exec": PYTHON, "parameters": given})).json
    assert document["parameters"] == parameters


async def test_unknown_members_and_nulls_are_ignored(guest: Caller) -> None:
    body = {
        "exec": PYTHON,
        "namespace": "elsewhere",
        "name": "other",
        "updated": 1,
        "activationId": "x",
        "unknown": {},
        "parameters": None,
        "annotations": None,
        "limits": {"timeout": None, "unknown": 1},
        "version": None,
        "publish": None,
        "delAnnotations": None,
    }
    document = (await guest.put("actions/a", body)).json
    assert (document["namespace"], document["name"], document["version"]) == ("guest", "a", "0.0.1")
    assert document["limits"]["timeout"] == 60000


async def test_overwrite_must_be_a_boolean(guest: Caller) -> None:
    status, sentence = (await guest.put("actions/a", {"exec": PYTHON}, overwrite="x")).refusal
    assert status == 400
    assert sentence.startswith("The query parameter 'overwrite' was malformed:\n")

"""What may be asked, and what the action gets of it (contract rest-api §3.1, §3.3, §3.5, §3.6)."""

from typing import Any

import pytest

from tests.contract.programs import Workshop, pairs
from tests.contract.rest.caller import Caller
from whisk_platform.common.jsontext import loads

MALFORMED = "The request content was malformed:\n"
NOT_ALLOWED = (
    400,
    "Request defines parameters that are not allowed (e.g., reserved properties).",
)


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=UTF-8", ""])
@pytest.mark.parametrize("body", [b"", b"{}"])
async def test_no_body_is_an_empty_object(
    workshop: Workshop, guest: Caller, kind: str, body: bytes
) -> None:
    """With a content type or without."""
    await workshop.action("echo")
    reply = await guest.call(
        "POST",
        "actions/echo",
        body=body,
        query={"blocking": True, "result": True},
        headers={"content-type": kind},
    )
    assert (reply.status, reply.json) == (200, {})


@pytest.mark.parametrize("body", [b"[]", b"[1]", b'"a"', b"3", b"true", b"null"])
async def test_a_payload_that_is_no_object_is_malformed(
    workshop: Workshop, guest: Caller, body: bytes
) -> None:
    await workshop.action("echo")
    reply = await guest.post("actions/echo", body)
    assert reply.refusal == (400, MALFORMED + "JSON object expected")
    assert "x-openwhisk-activation-id" not in reply.headers


@pytest.mark.parametrize("body", [b"{", b'{"a":}', b'{"a":1}x', b"\xff{}"])
async def test_a_payload_that_is_no_json_is_malformed(
    workshop: Workshop, guest: Caller, body: bytes
) -> None:
    await workshop.action("echo")
    status, text = (await guest.post("actions/echo", body)).refusal
    assert (status, text[: len(MALFORMED)]) == (400, MALFORMED)


@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream", "application/xml"])
async def test_a_payload_of_another_type_is_refused(
    workshop: Workshop, guest: Caller, kind: str
) -> None:
    await workshop.action("echo")
    reply = await guest.call("POST", "actions/echo", body=b"{}", headers={"content-type": kind})
    assert reply.refusal == (
        415,
        f"The request's Content-Type [{kind}] is not supported. Expected:\napplication/json",
    )


@pytest.mark.parametrize("yes", ["true", "TRUE", "yes", "on", "1", "On"])
async def test_a_yes_may_be_spelled_in_many_ways(
    workshop: Workshop, guest: Caller, yes: str
) -> None:
    await workshop.action("echo")
    reply = await guest.post("actions/echo", {"a": 1}, blocking=yes, result=yes)
    assert (reply.status, reply.json) == (200, {"a": 1})


@pytest.mark.parametrize("no", ["false", "no", "off", "0", "FALSE"])
async def test_and_so_may_a_no(workshop: Workshop, guest: Caller, no: str) -> None:
    await workshop.action("echo")
    assert (await guest.post("actions/echo", {}, blocking=no)).status == 202


@pytest.mark.parametrize("name", ["blocking", "result"])
@pytest.mark.parametrize("value", ["maybe", "2", "", "t"])
async def test_what_is_neither_is_malformed(
    workshop: Workshop, guest: Caller, name: str, value: str
) -> None:
    await workshop.action("echo")
    status, text = (await guest.post("actions/echo", {}, **{name: value})).refusal
    assert status == 400
    assert text.startswith(f"The query parameter '{name}' was malformed:\n")


@pytest.mark.parametrize("value", ["0", "-1", "60001", "x", "1.5", "", "99999999999999999999"])
async def test_a_wait_that_cannot_be_is_malformed(
    workshop: Workshop, guest: Caller, value: str
) -> None:
    await workshop.action("echo")
    reply = await guest.post("actions/echo", {}, blocking=True, timeout=value)
    assert reply.refusal == (
        400,
        "The query parameter 'timeout' was malformed:\n"
        "Timeout must be number of milliseconds up to 60000.",
    )


@pytest.mark.parametrize("value", ["5000", "60000"])
async def test_a_wait_up_to_the_greatest_is_fine(
    workshop: Workshop, guest: Caller, value: str
) -> None:
    await workshop.action("echo")
    assert (await guest.post("actions/echo", {}, blocking=True, timeout=value)).status == 200


async def test_other_query_parameters_are_ignored(workshop: Workshop, guest: Caller) -> None:
    await workshop.action("echo")
    query = {"blocking": True, "result": True, "docs": "x", "public": "maybe"}
    assert (await guest.post("actions/echo", {"a": 1}, **query)).json == {"a": 1}


async def test_parameters_are_laid_over_each_other_by_key(
    workshop: Workshop, guest: Caller
) -> None:
    """Provider, binding, action, payload; values are replaced and never merged."""
    layers: list[dict[str, Any]] = [
        {"provider": 0, "binding": 0, "action": 0, "payload": 0, "deep": {"a": 1}},
        {"binding": 1, "action": 1, "payload": 1},
        {"action": 2, "payload": 2},
        {"payload": 3, "deep": {"b": 2}},
    ]
    provider, binding, action, payload = layers
    await workshop.package("provider", parameters=pairs(provider))
    await workshop.package(
        "bound", binding={"namespace": "_", "name": "provider"}, parameters=pairs(binding)
    )
    await workshop.action("provider/echo", parameters=pairs(action))
    merged = {"provider": 0, "binding": 1, "action": 2, "payload": 3, "deep": {"b": 2}}
    assert await workshop.result("bound/echo", payload) == merged
    assert await workshop.result("provider/echo", payload) == {**merged, "binding": 0}
    assert await workshop.result("bound/echo") == {**merged, "payload": 2, "deep": {"a": 1}}


async def test_annotations_of_a_package_are_not_its_actions(workshop: Workshop) -> None:
    await workshop.package("p", annotations=pairs({"final": True, "conductor": True}))
    await workshop.action("p/echo", parameters=pairs({"a": 1}))
    assert await workshop.result("p/echo", {"a": 2}) == {"a": 2}


async def test_final_parameters_cannot_be_named(workshop: Workshop, guest: Caller) -> None:
    """Those of package, binding and action alike, but not those that are null."""
    final = pairs({"final": True})
    await workshop.package("p", parameters=pairs({"package": 1}))
    binding = {"namespace": "_", "name": "p"}
    await workshop.package("b", binding=binding, parameters=pairs({"binding": 1}))
    own = pairs({"action": 1, "open": None})
    await workshop.action("p/echo", annotations=final, parameters=own)
    for name in ("package", "binding", "action"):
        reply = await guest.post("actions/b/echo", {name: 2}, blocking=True)
        assert reply.refusal == NOT_ALLOWED
        assert "x-openwhisk-activation-id" not in reply.headers
    assert await workshop.result("b/echo", {"open": 3, "else": 4}) == {
        "package": 1,
        "binding": 1,
        "action": 1,
        "open": 3,
        "else": 4,
    }


@pytest.mark.parametrize("final", ["true", 1, {}, [], False, None])
async def test_only_true_is_final(workshop: Workshop, final: object) -> None:
    annotations = pairs({"final": final})
    await workshop.action("echo", annotations=annotations, parameters=pairs({"a": 1}))
    assert await workshop.result("echo", {"a": 2}) == {"a": 2}


async def test_init_parameters_are_environment_and_no_argument(workshop: Workshop) -> None:
    """Texts as they are, null as nothing, the rest as compact JSON."""
    values: dict[str, object] = {
        "text": "ä",
        "nothing": None,
        "yes": True,
        "number": 1.5,
        "object": {"a": [1, 2]},
    }
    marked = [{**pair, "init": True} for pair in pairs(values)]
    await workshop.action("echo", parameters=[*marked, *pairs({"plain": 1})])
    assert await workshop.result("echo", {"said": 2}) == {"plain": 1, "said": 2}
    [container] = workshop.platform.factory.containers.values()
    environment = _value(container.bodies[0])["env"]
    assert {name: environment[name] for name in values} == {
        "text": "ä",
        "nothing": "",
        "yes": "true",
        "number": "1.5",
        "object": '{"a":[1,2]}',
    }


async def test_init_and_run_get_their_members(workshop: Workshop, guest: Caller) -> None:
    """Every member of a run but ``value`` is a string, and so is all of the environment."""
    await workshop.package("p")
    await workshop.action("p/echo")
    reply = await guest.post("actions/p/echo", {"a": 1}, blocking=True)
    [container] = workshop.platform.factory.containers.values()
    init, run = (loads(body) for body in container.bodies)
    assert isinstance(init, dict)
    assert isinstance(run, dict)
    value = init.pop("value")
    assert init == {}
    environment = value.pop("env")
    assert value == {
        "name": "echo",
        "main": "main",
        "binary": False,
        "code": "def main(args): return args",
    }
    context = {
        "namespace": "guest",
        "action_name": "/guest/p/echo",
        "action_version": "0.0.1",
        "activation_id": reply.json["activationId"],
        "transaction_id": reply.headers["x-request-id"],
    }
    start = reply.json["start"]
    deadlines = int(environment.pop("__OW_DEADLINE")), int(run.pop("deadline"))
    assert all(start + 60_000 <= deadline <= start + 70_000 for deadline in deadlines)
    assert run == {"value": {"a": 1}, **context}
    assert environment == {f"__OW_{name.upper()}": text for name, text in context.items()}


@pytest.mark.parametrize(
    ("annotation", "provided"),
    [
        ("missing", True),
        (True, True),
        (1, True),
        ("false", True),
        ([], True),
        ({}, True),
        (False, False),
        (None, False),
        (0, False),
        ("", False),
    ],
)
async def test_the_key_is_there_where_the_annotation_is_true_or_missing(
    workshop: Workshop, annotation: object, provided: bool
) -> None:
    annotations = {} if annotation == "missing" else {"provide-api-key": annotation}
    await workshop.platform.action("/guest/echo", annotations=annotations)
    await workshop.result("echo")
    [container] = workshop.platform.factory.containers.values()
    init, run = container.bodies
    key = str(workshop.guest.identity.authkey) if workshop.guest.identity else ""
    assert _value(init)["env"].get("__OW_API_KEY") == (key if provided else None)
    run_members = loads(run)
    assert isinstance(run_members, dict)
    assert run_members.get("api_key") == (key if provided else None)


async def test_payload_and_parameters_together_have_a_bound(
    workshop: Workshop, guest: Caller
) -> None:
    """A megabyte and 6068 bytes; what is more does not run, blocking or not."""
    await workshop.action("echo", parameters=pairs({"own": "x" * 8000}))
    long = {"text": "x" * ((1 << 20) - 1000)}
    for blocking in (True, False):
        reply = await guest.post("actions/echo", long, blocking=blocking)
        assert reply.refusal == (
            413,
            "The request content is larger than the server is willing or able to process.",
        )
        assert "x-openwhisk-activation-id" not in reply.headers
    await workshop.action("small", lambda args: {}, parameters=pairs({"own": "x" * 6000}))
    assert (await guest.post("actions/small", long, blocking=True)).status == 200
    assert workshop.programs.order == ["small"]


async def test_a_payload_near_the_limit_passes_both_ways(workshop: Workshop) -> None:
    await workshop.action("echo")
    payload = {"text": "x" * ((1 << 20) - 750)}
    assert await workshop.result("echo", payload) == payload


def _value(body: bytes) -> Any:
    members = loads(body)
    assert isinstance(members, dict)
    return members["value"]

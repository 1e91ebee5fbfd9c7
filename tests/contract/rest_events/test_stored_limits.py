"""Limits that were changed after an action had been stored (contract rest-api §2.2.2, §6.1, §6.2).

The API looks at an action's limits when it is written; these are about what happens when it runs.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.contract.assembly import GUEST, KIND, Assembly, assembled
from tests.contract.programs import annotated
from tests.contract.rest.caller import Caller, Reply
from tests.waiting import eventually
from whisk_platform.entities.limits import Bounds, NamespaceLimits, SystemLimits

ROOMY = SystemLimits(
    timeout=Bounds(min=1, std=60_000, max=600_000),
    memory=Bounds(min=64, std=256, max=1024),
    logs=Bounds(min=0, std=10, max=20),
    concurrency=Bounds(min=1, std=1, max=50),
)
CODE = {"kind": KIND, "code": "def main(args): return args"}
Story = Callable[[Assembly, Caller], Awaitable[None]]


async def _with(directory: Path, limits: SystemLimits, story: Story) -> None:
    async with assembled(directory, limits) as platform:
        await story(platform, Caller(app=platform.app, identity=GUEST))


async def _record(guest: Caller, reply: Reply) -> Any:
    found: list[Reply] = []

    async def stored() -> bool:
        found.append(await guest.get(f"activations/{reply.json['activationId']}"))
        return found[-1].status == 200

    await eventually(stored, "the record")
    return found[-1].json


@pytest.mark.parametrize(
    ("stored", "error"),
    [
        (
            {"timeout": 600_000},
            "duration 600000 milliseconds exceeds allowed threshold of 300000 milliseconds",
        ),
        (
            {"timeout": 1},
            "duration 1 milliseconds below allowed threshold of 100 milliseconds",
        ),
        ({"memory": 1024}, "memory size 1024 MB exceeds allowed threshold of 512 MB"),
        ({"memory": 64}, "memory size 64 MB below allowed threshold of 128 MB"),
        ({"logs": 20}, "log size 20 MB exceeds allowed threshold of 10 MB"),
        ({"concurrency": 50}, "concurrency 50 exceeds allowed threshold of 1"),
    ],
)
async def test_after_a_restart_with_tighter_limits_an_action_ends_with_the_text_of_the_range(
    tmp_path: Path, stored: dict[str, int], error: str
) -> None:
    """It stays readable, runs no code, leaves a record, and an update mends it."""

    async def before(platform: Assembly, guest: Caller) -> None:
        reply = await guest.put("actions/old", {"exec": CODE, "limits": stored})
        assert reply.status == 200, reply.text

    async def after(platform: Assembly, guest: Caller) -> None:
        sentence = f"requirement failed: {error}"
        reply = await guest.post("actions/old", {}, blocking=True)
        assert reply.status == 502
        assert reply.headers["x-openwhisk-activation-id"] == reply.json["activationId"]
        response = reply.json["response"]
        assert (response["status"], response["result"]) == (
            "application error",
            {"error": sentence},
        )
        assert platform.factory.created == 0
        record = await _record(guest, reply)
        assert record == {**reply.json, "logs": []}
        assert annotated(record)["limits"] == {**ROOMY_STANDARD, **stored}
        assert (await guest.post("actions/old", {})).status == 202
        assert (await guest.get("actions/old")).json["limits"] == {**ROOMY_STANDARD, **stored}
        fitting = {"timeout": 1000, "memory": 128, "logs": 1, "concurrency": 1}
        update = await guest.put("actions/old", {"limits": fitting}, overwrite=True)
        assert update.status == 200, update.text
        assert (await guest.post("actions/old", {}, blocking=True)).status == 200

    await _with(tmp_path, ROOMY, before)
    await _with(tmp_path, SystemLimits(), after)


ROOMY_STANDARD = {"timeout": 60_000, "memory": 256, "logs": 10, "concurrency": 1}


async def test_a_namespace_whose_own_bounds_were_tightened_is_told_so_too(tmp_path: Path) -> None:
    async def story(platform: Assembly, guest: Caller) -> None:
        await guest.put("actions/old", {"exec": CODE})
        assert (await guest.post("actions/old", {}, blocking=True)).status == 200
        await platform.stores.subjects.set_limits("guest", NamespaceLimits(max_action_timeout=5000))
        platform.services.authenticator.forget()
        reply = await guest.post("actions/old", {}, blocking=True, result=True)
        assert (reply.status, reply.json) == (
            502,
            {
                "error": "requirement failed: duration 60000 milliseconds exceeds allowed"
                " threshold of 5000 milliseconds"
            },
        )

    await _with(tmp_path, SystemLimits(), story)


async def test_a_step_of_a_sequence_that_no_longer_fits_ends_the_sequence(tmp_path: Path) -> None:
    async def before(platform: Assembly, guest: Caller) -> None:
        await guest.put("actions/first", {"exec": CODE})
        await guest.put("actions/old", {"exec": CODE, "limits": {"memory": 1024}})
        components = ["/_/first", "/_/old", "/_/first"]
        reply = await guest.put(
            "actions/both", {"exec": {"kind": "sequence", "components": components}}
        )
        assert reply.status == 200, reply.text

    async def after(platform: Assembly, guest: Caller) -> None:
        reply = await guest.post("actions/both", {}, blocking=True)
        assert (reply.status, len(reply.json["logs"])) == (502, 2)
        assert reply.json["response"]["status"] == "application error"
        assert "1024 MB exceeds allowed threshold" in reply.json["response"]["result"]["error"]

    await _with(tmp_path, ROOMY, before)
    await _with(tmp_path, SystemLimits(), after)


@pytest.mark.parametrize("whose", ["action", "namespace"])
async def test_who_may_have_no_container_is_told_so_at_once(tmp_path: Path, whose: str) -> None:
    """Nothing waits for a container that nobody may make."""

    async def story(platform: Assembly, guest: Caller) -> None:
        if whose == "namespace":
            await platform.stores.subjects.set_limits(
                "guest", NamespaceLimits(max_action_instances=0)
            )
        limits = {"instances": 0} if whose == "action" else {}
        reply = await guest.put("actions/none", {"exec": CODE, "limits": limits})
        assert reply.status == 200, reply.text
        reply = await guest.post("actions/none", {}, blocking=True)
        response = reply.json["response"]
        assert (reply.status, response["status"]) == (502, "action developer error")
        assert response["result"] == {"error": "The namespace limit is less than or equal to 0."}
        assert (await _record(guest, reply))["response"] == response
        assert platform.invoker.status().counts.queued == 0
        assert platform.factory.created == 0

    await _with(tmp_path, SystemLimits(), story)


PAYLOAD = replace(SystemLimits(), payload_bytes=1000, truncation_bytes=1000)


@pytest.mark.parametrize(
    ("own", "fits", "too_long"),
    [
        (NamespaceLimits(max_payload_size="1 MB"), 900, 1100),
        (NamespaceLimits(max_payload_size="500 B"), 400, 600),
        (NamespaceLimits(), 900, 1100),
    ],
)
async def test_a_payload_has_the_namespaces_bound_within_the_systems(
    tmp_path: Path, own: NamespaceLimits, fits: int, too_long: int
) -> None:
    async def story(platform: Assembly, guest: Caller) -> None:
        await platform.stores.subjects.set_limits("guest", own)
        await guest.put("actions/echo", {"exec": CODE})
        await guest.put("triggers/t", {})
        short, long = b'{"a":"%s"}' % (b"x" * fits), b'{"a":"%s"}' % (b"x" * too_long)
        assert (await guest.post("actions/echo", short, blocking=True)).status == 200
        assert (await guest.post("triggers/t", short)).status == 204
        most = min(1000, 500 if own.max_payload_size == "500 B" else 1000)
        refusal = (413, f"Request larger than allowed: {len(long)} > {most} bytes.")
        assert (await guest.post("actions/echo", long, blocking=True)).refusal == refusal
        assert (await guest.post("triggers/t", long)).refusal == refusal

    await _with(tmp_path, PAYLOAD, story)


@pytest.mark.parametrize(
    ("own", "allowed", "kept"),
    [
        (NamespaceLimits(max_payload_size="1 MB", truncation_size="1 MB"), 1000, 1000),
        (NamespaceLimits(truncation_size="10 B"), 1000, 10),
        (NamespaceLimits(max_payload_size="500 B"), 500, 500),
        (NamespaceLimits(max_payload_size="500 B", truncation_size="1 MB"), 500, 500),
        (NamespaceLimits(), 1000, 1000),
    ],
)
async def test_a_result_has_the_namespaces_bounds_within_the_systems(
    tmp_path: Path, own: NamespaceLimits, allowed: int, kept: int
) -> None:
    """What is too long is an application error that ends with the last character retained."""

    async def story(platform: Assembly, guest: Caller) -> None:
        await platform.stores.subjects.set_limits("guest", own)
        result = {"a": "x" * 2000}
        await platform.action("/guest/talks", script={"result": result})
        reply = await guest.post("actions/talks", {}, blocking=True)
        response = reply.json["response"]
        assert (reply.status, response["status"]) == (502, "application error")
        text = '{"a":"' + "x" * 2000
        assert response["result"]["error"] == (
            "The action produced a response that exceeded the allowed length:"
            f" {response['size']} > {allowed} bytes. The truncated response was: {text[:kept]}"
        )

    await _with(tmp_path, PAYLOAD, story)

"""Operator routes outside the operator API: whom each lets in, from where.

Source: contracts rest-api §1.1, design.md §5.
"""

import pytest

from tests.contract.assembly import GUEST, Assembly
from tests.contract.rest.caller import Caller
from tests.contract.rest_admin.conftest import ELSEWHERE, SYSTEM, seen_from, sharing_network

PUBLIC = ["/ping", "/health/live", "/health/ready", "/", "/api/v1"]
STATES = [
    "/invokers",
    "/invokers/",
    "/invokers/healthy/count",
    "/invokers/ready",
    "/activation/count",
]
"""States and numbers: open to every peer on this machine."""
INSIGHTS = ["/activation", "/activation/", "/metrics"]
"""What tells of others' work: open to peers on this machine that are no actions."""
SWITCHES = ["/disable", "/enable"]


async def statuses(caller: Caller, paths: list[str], method: str = "GET") -> set[int]:
    return {(await caller.call(method, path)).status for path in paths}


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", ELSEWHERE])
async def test_what_is_public_answers_everybody(platform: Assembly, address: str) -> None:
    app = seen_from(address, sharing_network(platform))
    assert await statuses(Caller(app=app, identity=None), PUBLIC) == {200}


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_peers_on_this_machine_may_look_where_actions_are_not(
    platform: Assembly, address: str
) -> None:
    caller = Caller(app=seen_from(address, platform.app), identity=None)
    assert await statuses(caller, [*STATES, *INSIGHTS]) == {200}


async def test_where_actions_share_the_network_being_on_this_machine_proves_little(
    platform: Assembly,
) -> None:
    caller = Caller(app=sharing_network(platform), identity=None)
    assert await statuses(caller, STATES) == {200}
    assert await statuses(caller, INSIGHTS) == {401}


@pytest.mark.parametrize("address", [ELSEWHERE, "2001:db8::1", "not an address"])
async def test_peers_elsewhere_need_the_system_key(platform: Assembly, address: str) -> None:
    app = seen_from(address, platform.app)
    looks = [*STATES, *INSIGHTS]
    assert await statuses(Caller(app=app, identity=None), looks) == {401}
    assert await statuses(Caller(app=app, identity=GUEST), looks) == {403}
    assert await statuses(Caller(app=app, identity=SYSTEM), looks) == {200}


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip"])
async def test_whom_a_proxy_on_this_machine_forwards_is_not_on_this_machine(
    platform: Assembly, header: str
) -> None:
    caller = Caller(app=platform.app, identity=None, headers={header: "127.0.0.1"})
    assert await statuses(caller, [*STATES, *INSIGHTS]) == {401}


async def test_the_system_key_opens_everything_where_actions_share_the_network(
    platform: Assembly,
) -> None:
    caller = Caller(app=sharing_network(platform), identity=SYSTEM)
    assert await statuses(caller, [*STATES, *INSIGHTS]) == {200}


async def test_the_switches_take_the_system_key_from_everywhere(
    guest: Caller, anonymous: Caller
) -> None:
    assert await statuses(anonymous, SWITCHES, "POST") == {401}
    assert await statuses(guest, SWITCHES, "POST") == {403}
    assert (await guest.get("limits")).status == 200


async def test_a_disabled_controller_takes_no_new_work_until_it_is_enabled(
    platform: Assembly, operator: Caller, guest: Caller, anonymous: Caller
) -> None:
    """What exists can be read and changed all the while."""
    await platform.action("guest/a", annotations={"web-export": True})
    await guest.put("triggers/t", {})
    reply = await operator.post("/disable")
    assert (reply.status, reply.text) == (200, "controller disabled")
    assert reply.headers["access-control-allow-methods"] == "OPTIONS, GET, POST"
    assert (await guest.post("actions/a", blocking=True)).status == 503
    assert (await guest.post("triggers/t")).status == 503
    assert (await anonymous.get("/api/v1/web/guest/default/a.json")).status == 503
    assert (await guest.get("actions/a")).status == 200
    assert (await guest.put("triggers/u", {})).status == 200
    assert (await anonymous.get("/invokers")).json == {"invoker0/0": "up"}
    reply = await operator.post("/enable")
    assert (reply.status, reply.text) == (200, "controller enabled")
    assert (await guest.post("actions/a", blocking=True)).status == 200

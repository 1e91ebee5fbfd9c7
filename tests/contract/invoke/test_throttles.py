"""Rates and concurrency (contract rest-api §1.9, §6.2)."""

import pytest

from tests.contract.programs import Workshop
from tests.contract.rest.caller import Caller
from tests.waiting import eventually
from whisk_platform.containers.simulated import Step
from whisk_platform.entities.limits import NamespaceLimits, SystemLimits


@pytest.fixture
def limits() -> SystemLimits:
    """Near bounds; a minute is far longer than a test, and a test may lie on its edge."""
    return SystemLimits(invocations_per_minute=5, fires_per_minute=5, concurrent_invocations=3)


async def _limit(workshop: Workshop, own: NamespaceLimits) -> None:
    await workshop.platform.services.subjects.set_limits("guest", own)
    workshop.platform.services.authenticator.forget()


async def _minute_has_room(workshop: Workshop) -> None:
    """Wait until the minute has a while to go, so that what follows falls into one."""
    clock = workshop.platform.services.clock
    await eventually(lambda: clock.now_ms() % 60_000 < 50_000, "a fresh minute", 15)


async def test_beyond_the_rate_calls_are_refused_and_counted_too(
    workshop: Workshop, guest: Caller
) -> None:
    await _minute_has_room(workshop)
    await workshop.action("echo")
    replies = [await guest.post("actions/echo", {}, blocking=True) for _ in range(8)]
    assert [reply.status for reply in replies] == [200] * 5 + [429] * 3
    assert [reply.refusal[1] for reply in replies[5:]] == [
        f"Too many requests in the last minute (count: {count}, allowed: 5)." for count in (6, 7, 8)
    ]
    assert not any("retry-after" in reply.headers for reply in replies)
    assert not any("x-openwhisk-activation-id" in reply.headers for reply in replies[5:])


async def test_the_throttle_comes_before_rights_and_existence(
    workshop: Workshop, guest: Caller, stranger: Caller
) -> None:
    """Whoever may not, or asks for nothing, uses up the rate all the same."""
    await _minute_has_room(workshop)
    own = [await guest.post("actions/none", {}) for _ in range(6)]
    assert [reply.status for reply in own] == [404] * 5 + [429]
    path = "/api/v1/namespaces/guest/actions/none"
    theirs = [await stranger.post(path, {}) for _ in range(6)]
    assert [reply.status for reply in theirs] == [403] * 5 + [429]


async def test_fires_have_a_rate_of_their_own(workshop: Workshop, guest: Caller) -> None:
    await _minute_has_room(workshop)
    await guest.put("triggers/t", {})
    replies = [await guest.post("triggers/t", {}) for _ in range(7)]
    assert [reply.status for reply in replies] == [204] * 5 + [429] * 2
    assert replies[5].refusal[1] == ("Too many requests in the last minute (count: 6, allowed: 5).")
    await workshop.action("echo")
    assert (await guest.post("actions/echo", {})).status == 202


async def test_what_rules_set_off_counts_as_invoked(workshop: Workshop, guest: Caller) -> None:
    await _minute_has_room(workshop)
    await _limit(workshop, NamespaceLimits(invocations_per_minute=1))
    await workshop.action("echo")
    await guest.put("triggers/t", {})
    await guest.put("rules/r", {"trigger": "/_/t", "action": "/_/echo"})
    assert (await guest.post("triggers/t", {})).status == 202
    reply = await guest.post("actions/echo", {})
    assert reply.refusal == (429, "Too many requests in the last minute (count: 2, allowed: 1).")


async def test_nothing_else_is_throttled(workshop: Workshop, guest: Caller) -> None:
    await workshop.action("echo")
    for _ in range(10):
        assert (await guest.get("actions/echo")).status == 200
        assert (await guest.get("activations")).status == 200


@pytest.mark.parametrize(
    ("own", "text"),
    [
        (
            NamespaceLimits(invocations_per_minute=0),
            "Too many requests in the last minute (count: 1, allowed: 0).",
        ),
        (
            NamespaceLimits(concurrent_invocations=0),
            "Too many concurrent requests in flight (count: 0, allowed: 0).",
        ),
    ],
)
async def test_a_limit_of_zero_refuses_everything(
    workshop: Workshop, guest: Caller, own: NamespaceLimits, text: str
) -> None:
    await workshop.action("echo")
    await _limit(workshop, own)
    assert (await guest.post("actions/echo", {})).refusal == (429, text)


async def test_beyond_the_concurrency_calls_are_refused_until_one_ends(
    workshop: Workshop, guest: Caller
) -> None:
    await _limit(workshop, NamespaceLimits(invocations_per_minute=100))
    await workshop.action("slow", lambda args: Step(takes_s=20))
    await workshop.action("short", lambda args: Step(takes_s=0.3))
    for name in ("slow", "slow", "short"):
        assert (await guest.post(f"actions/{name}", {})).status == 202
    assert (await guest.post("actions/slow", {})).refusal == (
        429,
        "Too many concurrent requests in flight (count: 3, allowed: 3).",
    )

    async def admitted() -> bool:
        return (await guest.post("actions/slow", {})).status == 202

    await eventually(admitted, "room for one more")


async def test_others_are_not_held_up(workshop: Workshop, guest: Caller, stranger: Caller) -> None:
    await _minute_has_room(workshop)
    await workshop.package("pub", publish=True)
    await workshop.action("pub/echo")
    for _ in range(6):
        last = await guest.post("actions/pub/echo", {}, blocking=True)
    assert last.status == 429
    path = "/api/v1/namespaces/guest/actions/pub/echo"
    assert (await stranger.post(path, {}, blocking=True)).status == 200


async def test_steps_of_a_sequence_take_no_rate(workshop: Workshop, guest: Caller) -> None:
    await _limit(workshop, NamespaceLimits(invocations_per_minute=1))
    await workshop.actions("a", "b", "c")
    await workshop.sequence("abc", "a", "b", "c")
    await _minute_has_room(workshop)
    assert (await guest.post("actions/abc", {}, blocking=True)).status == 200
    assert (await guest.post("actions/abc", {}, blocking=True)).status == 429

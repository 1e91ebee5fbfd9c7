"""Contract §5.1, Dynamic length: how much a sequence may run, however it is nested."""

import pytest

from tests.contract.programs import Workshop, annotated, outcome
from whisk_platform.entities.limits import SystemLimits

TEXT = "Too many actions in the sequence."
TOO_LONG = (502, "application error", {"error": TEXT})


@pytest.fixture
def limits() -> SystemLimits:
    """The contract's own length."""
    return SystemLimits(invocations_per_minute=1000, blocking_wait_ms=20_000)


async def _grow(workshop: Workshop, name: str, *components: str) -> None:
    """Change a sequence behind the back of those that contain it."""
    await workshop.platform.sequence(f"guest/{name}", *(f"guest/{c}" for c in components))


async def _recreate(workshop: Workshop, name: str, *components: str) -> None:
    """Replace an action by a sequence; nobody looks at what contains it."""
    await workshop.guest.delete(f"actions/{name}")
    await _grow(workshop, name, *components)


async def test_a_sequence_runs_as_many_actions_as_are_allowed(workshop: Workshop) -> None:
    await workshop.actions("a")
    await workshop.sequence("half", *["a"] * 25)
    await workshop.sequence("s", "half", "half")
    reply = await workshop.run("s")
    assert reply.status == 200
    assert len(workshop.programs.order) == 50


async def test_an_inner_sequence_that_grew_ends_the_outer_one(workshop: Workshop) -> None:
    await workshop.actions("a", "grows", "last")
    await workshop.sequence("s", "a", "grows", "last")
    await _recreate(workshop, "grows", *["a"] * 50)
    reply = await workshop.run("s")
    assert outcome(reply) == TOO_LONG
    first, inner = await workshop.records(reply.json)
    assert first["name"] == "a"
    assert inner["response"]["result"] == {"error": TEXT}
    assert inner["response"]["status"] == "application error"
    assert len(inner["logs"]) == 49
    assert len(workshop.programs.order) == 50
    assert reply.json["duration"] == first["duration"] + inner["duration"]


async def test_nothing_starts_when_the_length_is_spent(workshop: Workshop) -> None:
    await workshop.actions("a", "b")
    await workshop.sequence("s", *["a"] * 49, "b")
    await _recreate(workshop, "b", "a", "a")
    reply = await workshop.run("s")
    assert outcome(reply) == TOO_LONG
    assert len(reply.json["logs"]) == 50
    await workshop.actions("c")
    await workshop.sequence("long", *["a"] * 50)
    await workshop.sequence("inner", "c")
    await _grow(workshop, "outer", "long", "inner")
    reply = await workshop.run("outer")
    assert outcome(reply) == TOO_LONG
    (only,) = await workshop.records(reply.json)
    assert only["name"] == "long"


async def test_the_length_is_the_topmost_sequences(workshop: Workshop) -> None:
    await workshop.actions("a")
    await workshop.sequence("s", *["a"] * 50)
    for _ in range(2):
        assert (await workshop.run("s")).status == 200


async def test_a_sequence_that_has_come_to_contain_itself_ends(workshop: Workshop) -> None:
    await workshop.actions("a")
    await _grow(workshop, "direct", "direct", "a")
    await _grow(workshop, "later", "a", "later")
    assert outcome(await workshop.run("direct")) == TOO_LONG
    assert workshop.programs.order == []
    assert outcome(await workshop.run("later")) == TOO_LONG
    assert len(workshop.programs.order) == 50


async def test_deep_nesting_comes_to_its_end(workshop: Workshop) -> None:
    await workshop.actions("a")
    await _grow(workshop, "s0", "a")
    for depth in range(50):
        await _grow(workshop, f"s{depth + 1}", f"s{depth}")
    reply = await workshop.run("s50")
    assert outcome(reply) == (200, "success", {})
    records = [reply.json]
    while annotated(records[-1])["kind"] == "sequence":
        records += await workshop.records(records[-1])
    assert [record["name"] for record in records] == [f"s{50 - n}" for n in range(51)] + ["a"]
    await _grow(workshop, "s51", "s50")
    assert outcome(await workshop.run("s51")) == TOO_LONG

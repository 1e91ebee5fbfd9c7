"""Contract §5.3: how much a composition may run, with all compositions in it."""

from typing import Any

import pytest

from tests.contract.conductors.scores import call, steps
from tests.contract.programs import Workshop, annotated, outcome
from whisk_platform.entities.limits import SystemLimits

TEXT = "Too many actions in the composition."
TOO_LONG = (502, "application error", {"error": TEXT})


async def test_as_many_components_run_as_are_allowed(workshop: Workshop) -> None:
    await workshop.actions("a")
    await workshop.conductor("c", steps(*[call("a")] * 4))
    reply = await workshop.run("c", {"x": 1})
    assert outcome(reply) == (200, "success", {"x": 1})
    assert len(reply.json["logs"]) == 9


async def test_one_more_is_told_to_the_conductor(workshop: Workshop) -> None:
    await workshop.actions("a")
    await workshop.conductor("c", steps(*[call("a")] * 5, keep={"kept": 1}))
    reply = await workshop.run("c")
    assert outcome(reply) == TOO_LONG
    assert workshop.programs.order == list("cacacacacc")
    assert workshop.programs.arguments("/guest/c")[-1] == {"error": TEXT, "kept": 1, "$step": 5}


async def test_a_conductor_that_never_ends_is_ended(workshop: Workshop) -> None:
    await workshop.actions("a")
    await workshop.conductor("c", lambda _: {"action": "a"})
    reply = await workshop.run("c")
    assert outcome(reply) == TOO_LONG
    assert workshop.programs.order == list("cacacacaccccc")
    assert len(reply.json["logs"]) == 13


async def test_a_conductor_that_never_learns_is_ended(workshop: Workshop) -> None:
    await workshop.conductor("c", lambda _: {"action": "not/a/legal/name"})
    reply = await workshop.run("c")
    assert outcome(reply) == TOO_LONG
    assert workshop.programs.order == ["c"] * 9


async def test_a_sequence_counts_as_one_component(workshop: Workshop) -> None:
    await workshop.actions("a")
    await workshop.sequence("s", "a", "a", "a")
    await workshop.conductor("c", steps(*[call("s")] * 4))
    reply = await workshop.run("c")
    assert reply.status == 200
    assert workshop.programs.order.count("a") == 12


async def test_a_sequence_keeps_its_own_length_inside_a_composition(workshop: Workshop) -> None:
    await workshop.actions("a")
    await workshop.platform.sequence("guest/s", *["guest/a"] * 5)
    await workshop.conductor("c", steps(call("s")))
    text = "Too many actions in the sequence."
    assert outcome(await workshop.run("c")) == (502, "application error", {"error": text})


async def test_a_composition_counts_as_one_component_of_a_sequence(workshop: Workshop) -> None:
    await workshop.actions("a")
    await workshop.conductor("c", steps(call("a"), call("a")))
    await workshop.sequence("s", "c", "c", "c", "c")
    reply = await workshop.run("s", {"x": 1})
    assert outcome(reply) == (200, "success", {"x": 1})
    assert workshop.programs.order == list("cacac") * 4


async def test_a_composition_that_runs_itself_comes_to_its_end(workshop: Workshop) -> None:
    await workshop.conductor("c", lambda _: {"action": "c"})
    reply = await workshop.run("c")
    assert outcome(reply) == TOO_LONG
    assert workshop.programs.order == ["c"] * 9


async def test_a_composition_inside_a_sequence_inside_itself_comes_to_its_end(
    workshop: Workshop,
) -> None:
    await workshop.conductor("c", lambda _: {"action": "s"})
    await workshop.sequence("s", "c")
    for name in ("c", "s"):
        workshop.programs.received.clear()
        assert outcome(await workshop.run(name)) == TOO_LONG
        assert workshop.programs.order == ["c"] * 9


class TestSharing:
    @pytest.fixture
    def limits(self) -> SystemLimits:
        """Six components and thirteen conductors."""
        return SystemLimits(invocations_per_minute=1000, sequence_length=6)

    async def test_nested_compositions_share_the_components(self, workshop: Workshop) -> None:
        await workshop.actions("a")
        await workshop.conductor("inner", steps(call("a"), call("a")))
        await workshop.conductor("fits", steps(*[call("inner")] * 2, *[call("a")] * 2))
        assert (await workshop.run("fits")).status == 200
        await workshop.conductor("c", steps(*[call("inner")] * 2, *[call("a")] * 3))
        workshop.programs.received.clear()
        reply = await workshop.run("c")
        assert outcome(reply) == TOO_LONG
        assert workshop.programs.order.count("a") == 6
        assert workshop.programs.arguments("/guest/c")[-1] == {"error": TEXT, "$step": 5}

    async def test_nested_compositions_share_the_conductors(self, workshop: Workshop) -> None:
        await workshop.conductor("inner", lambda _: {"params": {}})
        await workshop.conductor("c", steps(*[call("inner")] * 6))
        assert (await workshop.run("c")).status == 200
        assert len(workshop.programs.order) == 13
        await workshop.conductor("c", steps(*[call("inner")] * 7))
        workshop.programs.received.clear()
        reply = await workshop.run("c")
        assert outcome(reply) == TOO_LONG
        assert len(workshop.programs.order) == 13
        *_, last = await workshop.records(reply.json)
        assert (last["name"], last["logs"], last["duration"]) == ("inner", [], 0)
        assert last["response"]["result"] == {"error": TEXT}
        assert annotated(last)["limits"]["memory"] == 256


class TestFullLength:
    @pytest.fixture
    def limits(self) -> SystemLimits:
        """The contract's own length."""
        return SystemLimits(invocations_per_minute=1000, blocking_wait_ms=20_000)

    async def test_fifty_components_make_a_hundred_and_one_runs(self, workshop: Workshop) -> None:
        await workshop.actions("a")
        await workshop.conductor("c", steps(*[call("a")] * 50))
        reply = await workshop.run("c")
        assert reply.status == 200
        assert len(reply.json["logs"]) == 101

    async def test_the_deepest_nesting_comes_to_its_end(self, workshop: Workshop) -> None:
        def program(arguments: dict[str, Any]) -> dict[str, Any]:
            return arguments if "error" in arguments else {"action": "c"}

        await workshop.conductor("c", program)
        assert outcome(await workshop.run("c")) == TOO_LONG
        assert len(workshop.programs.order) == 101

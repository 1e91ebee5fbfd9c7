"""Contract §5.3, appendix D 15 and 16: which actions a conductor may name, and what it is told."""

import pytest

from tests.contract.conductors.scores import call, steps
from tests.contract.programs import Workshop, outcome, pairs
from tests.contract.rest.caller import Caller
from whisk_platform.entities.limits import SystemLimits


def _told(error: str) -> tuple[int, str, dict[str, str]]:
    return 502, "application error", {"error": error}


def _unresolved(name: str) -> tuple[int, str, dict[str, str]]:
    return _told(f"Failed to resolve action with name '{name}' during composition.")


def _refused(name: str) -> tuple[int, str, dict[str, str]]:
    return _told(f"Failed entitlement check for action with name '{name}' during composition.")


@pytest.mark.parametrize(
    "name",
    ["/guest/a", "/_/a", "a", "/guest/pkg/a", "/_/pkg/a", "guest/pkg/a", "pkg/a", "bound/a"],
)
async def test_a_component_is_named_in_these_forms(workshop: Workshop, name: str) -> None:
    await workshop.package("pkg")
    await workshop.package("bound", binding={"namespace": "guest", "name": "pkg"})
    await workshop.actions("a", "pkg/a")
    await workshop.conductor("c", steps(call(name)))
    assert await workshop.result("c", {"x": 1}) == {"x": 1}
    path = "/guest/pkg/a" if "pkg" in name or "bound" in name else "/guest/a"
    assert workshop.programs.arguments(path) == [{"x": 1}]


async def test_a_components_own_parameters_are_merged(workshop: Workshop) -> None:
    await workshop.package("pkg", parameters=pairs({"p": "package", "q": "package"}))
    await workshop.package(
        "bound", binding={"namespace": "guest", "name": "pkg"}, parameters=pairs({"q": "binding"})
    )
    await workshop.action("pkg/a", parameters=pairs({"x": "action"}))
    await workshop.conductor("c", steps(call("bound/a")))
    assert await workshop.result("c", {"x": 1}) == {"p": "package", "q": "binding", "x": 1}


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("invalid#Action", '"invalid#Action"'),
        ("/guest", '"/guest"'),
        ("", '""'),
        ("a/b/c/d", '"a/b/c/d"'),
        (42, "42"),
        (None, "null"),
        ({"name": "a"}, '{"name":"a"}'),
    ],
)
async def test_what_is_no_name_is_told_to_the_conductor(
    workshop: Workshop, name: object, spelled: str
) -> None:
    await workshop.conductor("c", steps(call(name), keep={"kept": 1}))
    error = f"Failed to parse action name from json value {spelled} during composition."
    reply = await workshop.run("c", {"x": 1})
    assert outcome(reply) == _told(error)
    assert len(reply.json["logs"]) == 2
    assert workshop.programs.arguments("/guest/c")[1] == {"error": error, "kept": 1, "$step": 1}


async def test_an_action_that_does_not_exist_is_told_to_the_conductor(workshop: Workshop) -> None:
    await workshop.package("pkg")
    await workshop.package("bound", binding={"namespace": "guest", "name": "pkg"})
    await workshop.guest.put("triggers/t", {})
    for name in ("none", "pkg/none", "bound/none", "t"):
        await workshop.conductor("c", steps(call(name), keep={"kept": 1}))
        reply = await workshop.run("c")
        assert outcome(reply) == _unresolved(f"guest/{name}")
        assert len(reply.json["logs"]) == 2
    assert workshop.programs.arguments("/guest/c")[-1]["kept"] == 1


async def test_an_action_one_may_not_run_is_told_to_the_conductor(
    workshop: Workshop, stranger: Caller
) -> None:
    await stranger.put("packages/private", {})
    code = {"exec": {"kind": "python:3.11", "code": "x"}}
    await stranger.put("actions/a", code)
    await stranger.put("actions/private/a", code)
    await workshop.actions("a")
    for name in (
        "/stranger/a",
        "/stranger/none",
        "/stranger/private/a",
        "/stranger/none/a",
        "/nowhere/a",
        "/nowhere/pkg/a",
    ):
        await workshop.conductor("c", steps(call(name)))
        reply = await workshop.run("c")
        assert outcome(reply) == _refused(name.removeprefix("/"))
        assert len(reply.json["logs"]) == 2


async def test_an_action_in_a_package_that_does_not_exist_counts_as_not_permitted(
    workshop: Workshop,
) -> None:
    await workshop.actions("a")
    for name in ("none/a", "a/a", "_/a"):
        await workshop.conductor("c", steps(call(name)))
        assert outcome(await workshop.run("c")) == _refused(f"guest/{name}")


async def test_components_in_public_packages_run_as_the_invoker(
    workshop: Workshop, stranger: Caller
) -> None:
    await workshop.package("public", publish=True)
    await workshop.actions("public/a")
    await workshop.conductor("public/c", steps(call("/guest/public/a"), call("a")))
    await stranger.put("actions/a", {"exec": {"kind": "python:3.11", "code": "x"}})
    path = "/api/v1/namespaces/guest/actions/public/c"
    reply = await stranger.post(path, {"x": 1}, blocking=True)
    assert outcome(reply) == (200, "success", {"x": 1})
    assert [run.action for run in workshop.programs.received] == [
        "/guest/public/c",
        "/guest/public/a",
        "/guest/public/c",
        "/stranger/a",
        "/guest/public/c",
    ]
    assert {run.namespace for run in workshop.programs.received} == {"stranger"}
    records = [await workshop.record(i, stranger) for i in reply.json["logs"]]
    assert {record["namespace"] for record in (reply.json, *records)} == {"stranger"}


async def test_a_missing_action_of_a_public_package_cannot_be_resolved(
    workshop: Workshop, stranger: Caller
) -> None:
    await stranger.put("packages/public", {"publish": True})
    await workshop.conductor("c", steps(call("/stranger/public/none")))
    assert outcome(await workshop.run("c")) == _unresolved("stranger/public/none")


async def test_the_newest_component_runs(workshop: Workshop) -> None:
    await workshop.action("a", parameters=pairs({"v": 1}))
    await workshop.conductor("c", steps(call("a")))
    assert await workshop.result("c") == {"v": 1}
    await workshop.action("a", parameters=pairs({"v": 2}))
    assert await workshop.result("c") == {"v": 2}
    await workshop.guest.delete("actions/a")
    assert outcome(await workshop.run("c")) == _unresolved("guest/a")


class TestThrottles:
    @pytest.fixture
    def limits(self) -> SystemLimits:
        """Only one invocation passes, and only one activation at a time."""
        return SystemLimits(invocations_per_minute=1, concurrent_invocations=1)

    async def test_neither_conductor_nor_components_take_tokens(self, workshop: Workshop) -> None:
        await workshop.actions("a")
        await workshop.conductor("c", steps(call("a"), call("a")))
        assert (await workshop.run("c")).status == 200
        assert (await workshop.run("c")).refusal[0] == 429

"""Encrypted parameters: sealed at rest and when shown, in clear for the action that runs.

Contract: rest-api §2.0 (``encryption``), data-plane §3.6 (``lockedArgs``).
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.contract.assembly import GUEST
from tests.contract.parameters.conftest import Reopen, workshop_of
from tests.contract.programs import Workshop, outcome, pairs
from tests.contract.rest.caller import Caller
from tests.waiting import eventually
from whisk_platform.common.ids import TransactionId, new_activation_id
from whisk_platform.common.jsontext import RawJSON
from whisk_platform.containers.simulated import Step
from whisk_platform.entities import journal
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.entities.names import parse

SECRET = "correct horse battery staple"
CIPHER = "aes-256-gcm"


def _on_disk(directory: Path) -> bytes:
    return b"".join(each.read_bytes() for each in directory.rglob("*") if each.is_file())


async def _shown(workshop: Workshop, path: str) -> dict[str, Any]:
    reply = await workshop.guest.get(path)
    assert reply.status == 200
    assert SECRET not in reply.text
    (entry,) = reply.json["parameters"]
    found: dict[str, Any] = entry
    return found


async def test_an_action_gets_in_clear_what_everybody_else_sees_sealed(workshop: Workshop) -> None:
    await workshop.action("a", parameters=pairs({"token": SECRET}))
    entry = await _shown(workshop, "actions/a")
    assert (entry["key"], entry["encryption"]) == ("token", CIPHER)
    assert entry["value"].startswith(f"{CIPHER}:guest:")
    assert await workshop.result("a") == {"token": SECRET}


async def test_the_answer_to_a_put_shows_the_sealed_value_too(workshop: Workshop) -> None:
    body = {"parameters": pairs({"token": SECRET})}
    for path in ("triggers/t", "packages/p"):
        reply = await workshop.guest.put(path, body)
        assert reply.status == 200
        assert SECRET not in reply.text
        assert reply.json["parameters"][0]["encryption"] == CIPHER


@pytest.mark.parametrize(
    "value", [1, 1.5, True, "", [], {}, {"a": [None]}, "ä\u0000", [1e300], "aes-256-gcm:guest:eA=="]
)
async def test_every_kind_of_value_comes_back_as_it_was(workshop: Workshop, value: object) -> None:
    await workshop.action("a", parameters=pairs({"token": value}))
    assert (await _shown(workshop, "actions/a"))["encryption"] == CIPHER
    assert await workshop.result("a") == {"token": value}


async def test_numbers_keep_their_text(workshop: Workshop) -> None:
    code = {"kind": "python:3.11", "code": "x"}
    body = b'{"exec":%s,"parameters":[{"key":"n","value":1.10}]}' % json.dumps(code).encode()
    assert (await workshop.guest.put("actions/a", body)).status == 200
    reply = await workshop.run("a", None, result=True)
    assert reply.text == '{"n":1.10}'


async def test_null_is_not_sealed_because_it_leaves_a_final_parameter_open(
    workshop: Workshop,
) -> None:
    parameters = pairs({"open": None, "closed": 1})
    await workshop.action("a", parameters=parameters, annotations=pairs({"final": True}))
    assert await workshop.result("a", {"open": 2}) == {"open": 2, "closed": 1}
    assert (await workshop.run("a", {"closed": 2})).status == 400


async def test_a_payload_is_laid_over_sealed_values(workshop: Workshop) -> None:
    await workshop.action("a", parameters=pairs({"token": SECRET, "other": 1}))
    assert await workshop.result("a", {"token": "mine"}) == {"token": "mine", "other": 1}


async def test_a_payload_that_looks_sealed_is_not_opened(workshop: Workshop) -> None:
    await workshop.action("a", parameters=pairs({"token": SECRET}))
    sealed = (await _shown(workshop, "actions/a"))["value"]
    await workshop.action("echo")
    assert await workshop.result("echo", {"token": sealed}) == {"token": sealed}
    assert await workshop.result("a", {"token": sealed}) == {"token": sealed}


async def test_init_parameters_reach_the_environment_in_clear(workshop: Workshop) -> None:
    bodies: list[bytes] = []

    def behavior(phase: str, body: bytes) -> Step:
        bodies.append(body)
        return Step(body=b"{}")

    workshop.platform.factory.behavior = behavior
    await workshop.action("a", parameters=[{"key": "TOKEN", "value": SECRET, "init": True}])
    assert (await _shown(workshop, "actions/a"))["init"] is True
    assert await workshop.result("a") == {}
    assert json.loads(bodies[0])["value"]["env"]["TOKEN"] == SECRET


async def test_packages_and_bindings_pass_their_sealed_values_on(workshop: Workshop) -> None:
    await workshop.package("p", parameters=pairs({"a": "of package", "b": "of package"}))
    binding = {"namespace": "_", "name": "p"}
    await workshop.package("bound", binding=binding, parameters=pairs({"b": "of binding"}))
    await workshop.action("p/a", parameters=pairs({"c": "of action"}))
    assert await workshop.result("bound/a") == {
        "a": "of package",
        "b": "of binding",
        "c": "of action",
    }


async def test_a_value_of_a_shared_package_serves_strangers_only_through_its_actions(
    workshop: Workshop, stranger: Caller
) -> None:
    await workshop.package("p", publish=True, parameters=pairs({"token": SECRET}))
    await workshop.action("p/a")
    reply = await stranger.post("/api/v1/namespaces/guest/actions/p/a", {}, blocking=True)
    assert reply.json["response"]["result"] == {"token": SECRET}
    shown = await stranger.get("/api/v1/namespaces/guest/packages/p")
    assert SECRET not in shown.text
    (entry,) = shown.json["parameters"]
    code = {"kind": "python:3.11", "code": "x"}
    stolen = await stranger.put("actions/mine", {"exec": code, "parameters": [entry]})
    assert stolen.refusal == (
        400,
        "The value of the parameter 'token' is marked as encrypted, but this deployment did not"
        " encrypt it for the namespace 'stranger'. Send the plain value, without 'encryption'.",
    )
    del entry["encryption"]
    await stranger.put("actions/mine", {"exec": code, "parameters": [entry]})
    ran = await stranger.post("actions/mine", {}, blocking=True, result=True)
    assert ran.json == {"token": entry["value"]}, "it is a string like any other"


@pytest.mark.parametrize("marked", [True, False])
async def test_what_was_shown_can_be_sent_back(workshop: Workshop, marked: bool) -> None:
    """Older clients drop members of a pair that they do not know when they copy an action."""
    await workshop.action("a", parameters=pairs({"token": SECRET}))
    entry = await _shown(workshop, "actions/a")
    if not marked:
        del entry["encryption"]
    await workshop.action("copy", parameters=[entry])
    assert (await _shown(workshop, "actions/copy"))["encryption"] == CIPHER
    assert await workshop.result("copy") == {"token": SECRET}


async def test_a_sealed_value_opens_only_under_its_own_key(workshop: Workshop) -> None:
    await workshop.action("a", parameters=pairs({"token": SECRET}))
    entry = await _shown(workshop, "actions/a")
    code = {"kind": "python:3.11", "code": "x"}
    body = {"exec": code, "parameters": [{**entry, "key": "other"}]}
    assert (await workshop.guest.put("actions/b", body)).status == 400


async def test_an_update_without_parameters_keeps_them(workshop: Workshop) -> None:
    await workshop.action("a", parameters=pairs({"token": SECRET}))
    reply = await workshop.guest.put("actions/a", {"limits": {"memory": 256}}, overwrite=True)
    assert reply.status == 200
    assert await workshop.result("a") == {"token": SECRET}


async def test_annotations_are_not_sealed(workshop: Workshop) -> None:
    marked = [{"key": "note", "value": "x", "encryption": CIPHER}]
    await workshop.action("a", annotations=marked)
    shown = (await workshop.guest.get("actions/a")).json["annotations"]
    assert {"key": "note", "value": "x"} in shown


async def test_the_components_of_a_sequence_are_not_sealed(workshop: Workshop) -> None:
    await workshop.action("a", parameters=pairs({"token": SECRET}))
    await workshop.sequence("s", "a")
    shown = await workshop.guest.get("actions/s")
    assert shown.json["parameters"] == [{"key": "_actions", "value": ["/guest/a"]}]
    assert await workshop.result("s") == {"token": SECRET}


@pytest.mark.parametrize("target", ["a", "s"])
async def test_a_trigger_hands_its_sealed_values_to_actions_and_sequences(
    workshop: Workshop, target: str
) -> None:
    await workshop.action("a")
    await workshop.sequence("s", "a")
    parameters = pairs({"token": SECRET, "overlaid": "below"})
    await workshop.guest.put("triggers/t", {"parameters": parameters})
    await workshop.guest.put("rules/r", {"trigger": "/_/t", "action": f"/_/{target}"})
    assert (await workshop.guest.post("triggers/t", {"overlaid": "above"})).status == 202
    await eventually(lambda: workshop.programs.arguments("/guest/a"), "the action to run")
    (received,) = workshop.programs.arguments("/guest/a")
    assert (received["token"], received["overlaid"]) == (SECRET, "above")


async def test_nothing_of_a_secret_is_on_the_disk(workshop: Workshop, tmp_path: Path) -> None:
    """Neither in a document nor in the journal of work that has not run yet."""
    plain = "payloads are not sealed"
    workshop.platform.factory.behavior = lambda phase, body: Step(body=b"{}", takes_s=0.2)
    await workshop.package("p", parameters=pairs({"of_package": SECRET}))
    await workshop.action("p/a", parameters=[{"key": "E", "value": SECRET, "init": True}])
    await workshop.sequence("s", "p/a")
    await workshop.guest.put("triggers/t", {"parameters": pairs({"of_trigger": SECRET})})
    for target in ("p/a", "s"):
        name = f"rules/{target.replace('/', '-')}"
        await workshop.guest.put(name, {"trigger": "/_/t", "action": f"/_/{target}"})
    assert (await workshop.guest.post("triggers/t", {"x": plain})).status == 202
    assert (await workshop.guest.post("actions/p/a", {"x": plain})).status == 202
    disk = _on_disk(tmp_path / "state")
    assert plain.encode() in disk, "otherwise this test would look in the wrong place"
    assert SECRET.encode() not in disk


async def test_sealed_values_open_after_encryption_was_switched_off(reopen: Reopen) -> None:
    async with reopen(locking=True) as platform:
        await workshop_of(platform).action("a", parameters=pairs({"token": SECRET}))
    async with reopen(locking=False) as platform:
        workshop = workshop_of(platform)
        assert await workshop.result("a") == {"token": SECRET}
        assert (await _shown(workshop, "actions/a"))["encryption"] == CIPHER
        await workshop.action("b", parameters=pairs({"token": "plain"}))
        shown = (await workshop.guest.get("actions/b")).json["parameters"]
        assert shown == [{"key": "token", "value": "plain"}]


async def test_plain_values_are_sealed_with_the_next_write(reopen: Reopen) -> None:
    async with reopen(locking=False) as platform:
        await workshop_of(platform).action("a", parameters=pairs({"token": SECRET}))
    async with reopen(locking=True) as platform:
        workshop = workshop_of(platform)
        assert await workshop.result("a") == {"token": SECRET}
        await workshop.guest.put("actions/a", {"limits": {"memory": 256}}, overwrite=True)
        assert (await _shown(workshop, "actions/a"))["encryption"] == CIPHER
        assert await workshop.result("a") == {"token": SECRET}


async def test_a_value_that_does_not_open_ends_the_activation_as_the_platforms_fault(
    reopen: Reopen,
) -> None:
    async with reopen(locking=True) as platform:
        await workshop_of(platform).action("a", parameters=pairs({"token": SECRET}))
        document = await platform.stores.artifacts.get(parse("guest/a"))
        assert document is not None
        damaged = document.body.replace(b"guest:", b"guest:AAAA")
        await platform.stores.artifacts.put(replace(document, body=damaged))
    async with reopen(locking=True) as platform:
        reply = await workshop_of(platform).run("a")
        assert outcome(reply) == (
            500,
            "whisk internal error",
            {"error": "A stored secret cannot be opened with this deployment's master key."},
        )


def test_the_journal_keeps_which_values_are_sealed() -> None:
    message = ActivationMessage(
        transid=TransactionId("tid"),
        received_ms=1,
        action=parse("guest/a"),
        revision=1,
        user=GUEST,
        activation_id=new_activation_id(),
        controller="0",
        blocking=False,
        content=RawJSON(b'{"a":"x"}'),
        init_content={"b": RawJSON(b'"y"')},
        locked_args=("a",),
        locked_init=("b",),
    )
    read = journal.decode(journal.encode(message))
    assert (read.locked_args, read.locked_init) == (("a",), ("b",))

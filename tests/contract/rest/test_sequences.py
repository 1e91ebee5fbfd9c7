"""Creating and updating sequences (contract rest-api §2.2.2)."""

from typing import Any

import pytest

from tests.contract.rest.caller import Caller
from whisk_platform.entities.limits import SystemLimits

PYTHON = {"kind": "python:3.11", "code": "x"}
TOO_LONG = (400, "Too many actions in the sequence.")
MISSING = (400, "Sequence component does not exist.")
CYCLIC = (400, "Sequence may not refer to itself.")


@pytest.fixture
def limits() -> SystemLimits:
    """Short sequences, so that the bounds are near."""
    return SystemLimits(sequence_length=4)


def sequence(*components: object) -> dict[str, Any]:
    return {"exec": {"kind": "sequence", "components": list(components)}}


async def put_actions(caller: Caller, *names: str) -> None:
    for name in names:
        assert (await caller.put(f"actions/{name}", {"exec": PYTHON})).status == 200


async def test_a_sequence_has_its_components_as_its_only_parameter(guest: Caller) -> None:
    await put_actions(guest, "a", "b")
    body = sequence("/_/a", "guest/b", {"path": "_", "name": "a"})
    body["parameters"] = [{"key": "dropped", "value": 1}]
    document = (await guest.put("actions/seq", body)).json
    components = ["/guest/a", "/guest/b", "/guest/a"]
    assert document["exec"] == {"kind": "sequence", "components": components}
    assert document["parameters"] == [{"key": "_actions", "value": components}]
    assert document["annotations"] == [
        {"key": "provide-api-key", "value": False},
        {"key": "exec", "value": "sequence"},
    ]
    assert (await guest.get("actions/seq")).json == document
    assert (await guest.get("actions/seq", code=False)).json == document


async def test_a_sequence_lists_as_not_binary(guest: Caller) -> None:
    await put_actions(guest, "a")
    await guest.put("actions/seq", sequence("/_/a"))
    assert (await guest.get("actions")).json[0]["exec"] == {"binary": False}


async def test_a_sequence_discards_parameters_on_update(guest: Caller) -> None:
    await put_actions(guest, "a", "b")
    await guest.put("actions/seq", sequence("/_/a"))
    change = {"parameters": [{"key": "x", "value": 1}]}
    document = (await guest.put("actions/seq", change, overwrite=True)).json
    assert document["parameters"] == [{"key": "_actions", "value": ["/guest/a"]}]
    moved = (await guest.put("actions/seq", sequence("/_/b"), overwrite=True)).json
    assert moved["parameters"] == [{"key": "_actions", "value": ["/guest/b"]}]


async def test_a_sequence_that_becomes_code_loses_its_parameter(guest: Caller) -> None:
    await put_actions(guest, "a")
    await guest.put("actions/seq", sequence("/_/a"))
    document = (await guest.put("actions/seq", {"exec": PYTHON}, overwrite=True)).json
    assert document["parameters"] == []
    await guest.put("actions/seq", sequence("/_/a"), overwrite=True)
    change = {"exec": PYTHON, "parameters": [{"key": "x", "value": 1}]}
    document = (await guest.put("actions/seq", change, overwrite=True)).json
    assert document["parameters"] == [{"key": "x", "value": 1}]


async def test_code_that_becomes_a_sequence_leaves_nothing_behind(guest: Caller) -> None:
    await put_actions(guest, "a", "seq")
    await guest.put("actions/seq", sequence("/_/a"), overwrite=True)
    document = (await guest.get("actions/seq")).json
    assert document["exec"] == {"kind": "sequence", "components": ["/guest/a"]}


async def test_a_sequence_needs_components_that_exist(guest: Caller) -> None:
    await put_actions(guest, "a")
    assert (await guest.put("actions/seq", sequence())).refusal == (
        400,
        "No component specified for the sequence.",
    )
    assert (await guest.put("actions/seq", sequence("/_/a", "/_/none"))).refusal == MISSING
    assert (await guest.get("actions/seq")).status == 404


async def test_a_component_that_is_no_action_is_refused(guest: Caller) -> None:
    await guest.put("packages/pkg", {})
    assert (await guest.put("actions/seq", sequence("/_/pkg"))).refusal == (
        409,
        "Resource by this name exists but is not in this collection.",
    )


async def test_a_component_in_a_missing_package_is_not_found(guest: Caller) -> None:
    reply = await guest.put("actions/seq", sequence("/_/none/a"))
    assert reply.refusal == (404, "The requested resource does not exist.")


async def test_components_through_packages_and_bindings_work(
    guest: Caller, stranger: Caller
) -> None:
    await guest.put("packages/public", {"publish": True})
    await put_actions(guest, "public/a")
    binding = {"binding": {"namespace": "guest", "name": "public"}}
    await stranger.put("packages/bound", binding)
    reply = await stranger.put("actions/seq", sequence("/_/bound/a", "/guest/public/a"))
    assert reply.json["exec"]["components"] == ["/stranger/bound/a", "/guest/public/a"]
    assert (await stranger.put("actions/other", sequence("/_/bound/none"))).refusal == MISSING


async def test_components_of_others_are_refused_by_name(guest: Caller, stranger: Caller) -> None:
    await guest.put("packages/private", {})
    await put_actions(guest, "private/a", "b", "c")

    async def refusal(*components: str) -> tuple[int, str]:
        return (await stranger.put("actions/seq", sequence(*components))).refusal

    assert await refusal("/guest/c", "/guest/b", "/guest/c", "/_/x") == (
        403,
        "The supplied authentication is not authorized to access 'guest/b, guest/c'.",
    )
    assert await refusal("/guest/private/a") == (
        403,
        "The supplied authentication is not authorized to access 'guest/private'.",
    )


async def test_rights_are_checked_before_existence_and_length(
    guest: Caller, stranger: Caller
) -> None:
    reply = await stranger.put("actions/seq", sequence("/_/none", *["/guest/a"] * 5))
    assert reply.refusal[0] == 403


async def test_too_many_direct_components_are_refused(guest: Caller) -> None:
    await put_actions(guest, "a")
    assert (await guest.put("actions/fits", sequence(*["/_/a"] * 4))).status == 200
    assert (await guest.put("actions/seq", sequence(*["/_/a"] * 5))).refusal == TOO_LONG


async def test_inner_sequences_count_with_all_they_contain(guest: Caller) -> None:
    await put_actions(guest, "a")
    await guest.put("actions/two", sequence("/_/a", "/_/a"))
    assert (await guest.put("actions/four", sequence("/_/two", "/_/two"))).status == 200
    assert (await guest.put("actions/five", sequence("/_/four", "/_/a"))).refusal == TOO_LONG


async def test_a_sequence_does_not_contain_itself(guest: Caller) -> None:
    await put_actions(guest, "a")
    assert (await guest.put("actions/seq", sequence("/_/seq"))).refusal == CYCLIC
    await guest.put("actions/inner", sequence("/_/a"))
    await guest.put("actions/outer", sequence("/_/inner"))
    reply = await guest.put("actions/inner", sequence("/_/a", "/_/outer"), overwrite=True)
    assert reply.refusal == CYCLIC
    reply = await guest.put("actions/a", sequence("/_/outer"), overwrite=True)
    assert reply.refusal == CYCLIC
    assert (await guest.get("actions/a")).json["exec"]["kind"] == "python:3.11"


async def test_a_sequence_does_not_contain_itself_through_a_binding(guest: Caller) -> None:
    await guest.put("packages/pkg", {})
    await guest.put("packages/bound", {"binding": {"namespace": "_", "name": "pkg"}})
    await put_actions(guest, "pkg/a")
    reply = await guest.put("actions/pkg/a", sequence("/_/bound/a"), overwrite=True)
    assert reply.refusal == CYCLIC


async def test_a_chain_of_sequences_has_an_end(guest: Caller) -> None:
    await put_actions(guest, "s0")
    for number in range(16):
        reply = await guest.put(f"actions/s{number + 1}", sequence(f"/_/s{number}"))
        assert reply.status == 200, number
    assert (await guest.put("actions/s17", sequence("/_/s16"))).refusal == TOO_LONG


async def test_deleting_a_component_leaves_the_sequence(guest: Caller) -> None:
    await put_actions(guest, "a")
    await guest.put("actions/seq", sequence("/_/a"))
    assert (await guest.delete("actions/a")).status == 200
    document = (await guest.delete("actions/seq")).json
    assert document["exec"]["components"] == ["/guest/a"]

"""Namespaces as operators see them, and who may see them."""

import pytest

from tests.contract.assembly import GUEST
from tests.contract.rest.caller import Caller
from tests.contract.rest_admin.conftest import ADMIN

NAMESPACES = ADMIN + "/namespaces"
PATHS = [
    ("GET", "/subjects"),
    ("GET", "/namespaces"),
    ("GET", "/namespaces/guest"),
    ("GET", "/namespaces/guest/limits"),
    ("PUT", "/namespaces/guest/limits"),
    ("PATCH", "/namespaces/guest/limits"),
    ("DELETE", "/namespaces/guest/limits"),
    ("POST", "/namespaces/guest/key"),
    ("GET", "/invokers"),
    ("GET", "/invokers/invoker0"),
    ("POST", "/invokers/invoker0"),
    ("GET", "/containers"),
    ("GET", "/queues"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
async def test_only_the_system_key_opens_the_operator_api(
    guest: Caller, anonymous: Caller, method: str, path: str
) -> None:
    """Being on this machine helps nobody here."""
    assert (await guest.call(method, ADMIN + path, body={})).refusal == (
        403,
        "The supplied authentication is not authorized to access this resource.",
    )
    assert (await anonymous.call(method, ADMIN + path, body={})).refusal[0] == 401


@pytest.mark.parametrize("path", [NAMESPACES, NAMESPACES + "/"])
async def test_the_list_has_every_namespace_by_name_and_no_key(operator: Caller, path: str) -> None:
    reply = await operator.get(path)
    assert [each["name"] for each in reply.json] == ["guest", "stranger", "whisk.system"]
    assert reply.json[0] == {
        "name": "guest",
        "uuid": GUEST.authkey.uuid,
        "subject": "guest-subject",
        "blocked": False,
        "limits": {},
    }
    assert GUEST.authkey.key not in reply.text


async def test_a_namespace_shows_its_own_limits_and_whether_it_is_blocked(operator: Caller) -> None:
    await operator.put(NAMESPACES + "/guest/limits", {"firesPerMinute": 3})
    await operator.post(ADMIN + "/subjects/guest-subject", {"blocked": True})
    found = (await operator.get(NAMESPACES + "/guest")).json
    assert (found["blocked"], found["limits"]) == (True, {"firesPerMinute": 3})


@pytest.mark.parametrize("path", ["", "/limits"])
async def test_a_namespace_that_nobody_has_is_not_found(operator: Caller, path: str) -> None:
    assert (await operator.get(f"{NAMESPACES}/nobody{path}")).refusal == (
        404,
        "There is no namespace 'nobody'.",
    )


async def test_what_can_be_no_name_is_said_to_be_none(operator: Caller) -> None:
    status, sentence = (await operator.get(NAMESPACES + "/a%7Cb")).refusal
    assert (status, sentence) == (
        400,
        "'a|b' is no name of a namespace: The namespace contains illegal characters.",
    )


async def test_a_method_that_is_not_there_is_no_route(operator: Caller) -> None:
    assert (await operator.post(NAMESPACES, {})).refusal == (
        404,
        "The requested resource could not be found.",
    )

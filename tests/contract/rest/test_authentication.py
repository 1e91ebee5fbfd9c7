"""Who is let in (contract rest-api §1.4), and in what order refusals come (§1.9)."""

import base64
from dataclasses import replace

import pytest

from tests.contract.rest.caller import Caller, Reply
from tests.contract.rest.conftest import GUEST, STRANGER
from whisk_platform.common.errors import StoreError
from whisk_platform.controller.app import application
from whisk_platform.controller.authentication import Authenticator
from whisk_platform.controller.services import Services
from whisk_platform.entities.identity import AuthKey, Identity

NOTHING = (401, "The resource requires authentication, which was not supplied with the request")
INVALID = (401, "The supplied authentication is invalid")
CHALLENGE = 'Basic realm="OpenWhisk secure realm",charset=UTF-8'
KEY = GUEST.authkey


def _basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


async def _ask(anonymous: Caller, header: str) -> Reply:
    return await anonymous.call("GET", "actions", headers={"authorization": header})


async def test_nothing_presented_is_asked_for(anonymous: Caller) -> None:
    reply = await anonymous.get("actions")
    assert reply.refusal == NOTHING
    assert reply.headers["www-authenticate"] == CHALLENGE


@pytest.mark.parametrize(
    "header",
    [
        _basic(f"{KEY.uuid}:{KEY.key[:-1]}"),
        _basic(f"{KEY.uuid}:{KEY.key}x"),
        _basic(f"{KEY.uuid}:{'z' * 64}"),
        _basic(f"{STRANGER.authkey.uuid}:{KEY.key}"),
        _basic(f"nobody:{KEY.key}"),
        _basic(f"{KEY.uuid[:-1]}:{KEY.key}"),
        _basic(f":{KEY.key}"),
        _basic(f"{KEY.uuid}:"),
        _basic(KEY.uuid),
        _basic(""),
        "Basic",
        "Basic ***",
        "Basic é",
        f"Bearer {KEY.key}",
        str(KEY),
    ],
)
async def test_what_is_wrong_or_malformed_is_invalid(anonymous: Caller, header: str) -> None:
    reply = await _ask(anonymous, header)
    assert reply.refusal == INVALID
    assert reply.headers["www-authenticate"] == CHALLENGE


async def test_the_scheme_may_be_in_any_case_and_the_uuid_too(anonymous: Caller) -> None:
    for header in (_basic(str(KEY)), _basic(str(KEY)).replace("Basic", "basic")):
        assert (await _ask(anonymous, header)).status == 200


async def test_the_key_selects_among_the_namespaces_of_a_subject(
    services: Services, anonymous: Caller
) -> None:
    second = Identity(
        subject=GUEST.subject,
        namespace="second",
        authkey=AuthKey(uuid="99999999-0000-4000-8000-000000000000", key="9" * 64),
    )
    await services.subjects.put_identity(second)
    for each in (GUEST, second):
        reply = await Caller(app=anonymous.app, identity=each).get("/api/v1/namespaces")
        assert reply.json == [each.namespace]
    own = Caller(app=anonymous.app, identity=GUEST)
    assert (await own.get("/api/v1/namespaces/second/actions")).status == 403


async def test_a_store_that_fails_is_the_servers_fault(services: Services) -> None:
    """Nobody is told that a key is wrong because it could not be looked up."""

    class Broken:
        async def find(self, *_: object) -> None:
            raise StoreError("The disk is gone.")

        def __getattr__(self, name: str) -> object:
            return self.find

    broken = Authenticator(Broken(), services.clock)  # type: ignore[arg-type]
    app = application(replace(services, authenticator=broken))
    reply = await Caller(app=app, identity=GUEST).get("actions")
    assert reply.refusal[0] == 500


async def test_authentication_comes_before_everything_else(anonymous: Caller) -> None:
    """Existence, rights and the shape of a body are nobody's business before that."""
    for method, path in (
        ("GET", "actions/none"),
        ("PUT", "/api/v1/namespaces/stranger/actions/a"),
        ("POST", "triggers/none"),
        ("GET", "limits/x"),
    ):
        assert (await anonymous.call(method, path, body=b"{")).refusal == NOTHING


async def test_rights_come_before_existence(stranger: Caller) -> None:
    for collection in ("actions", "triggers", "rules"):
        reply = await stranger.get(f"/api/v1/namespaces/guest/{collection}/none")
        assert reply.refusal == (
            403,
            "The supplied authentication is not authorized to access 'guest/none'.",
        )

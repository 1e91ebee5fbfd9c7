"""Contract §4.1: which action a web path means."""

import pytest

from tests.contract.assembly import GUEST, Assembly
from tests.contract.web.client import Client

EXPORTED = {"web-export": True}
NOT_FOUND = (404, "The requested resource does not exist.")
NO_ROUTE = (404, "The requested resource could not be found.")
NO_KEY = "The resource requires authentication, which was not supplied with the request"


@pytest.mark.parametrize(
    ("extension", "content_type", "body"),
    [
        (".json", "application/json", '{\n  "body": "<b/>"\n}'),
        (".html", "text/html; charset=UTF-8", "<b/>"),
        (".svg", "image/svg+xml", "<b/>"),
        (".text", "text/plain; charset=UTF-8", "<b/>"),
        (".http", "text/html; charset=UTF-8", "<b/>"),
        ("", "text/html; charset=UTF-8", "<b/>"),
    ],
)
async def test_the_extension_says_how_the_result_is_shown(
    platform: Assembly, web: Client, extension: str, content_type: str, body: str
) -> None:
    script = {"result": {"body": "<b/>"}}
    await platform.action("guest/a", script=script, annotations=EXPORTED)
    response = await web.call(f"guest/default/a{extension}")
    assert (response.status, response.header("content-type")) == (200, content_type)
    assert response.text == body


async def test_an_unknown_extension_is_part_of_the_name(platform: Assembly, web: Client) -> None:
    await platform.action("guest/a", annotations=EXPORTED)
    await platform.action("guest/b.xyz", script={"result": {"body": "b"}}, annotations=EXPORTED)
    assert (await web.call("guest/default/a.xyz")).refusal == NOT_FOUND
    assert (await web.call("guest/default/b.xyz")).text == "b"


async def test_what_follows_the_action_is_handed_over_percent_encoded(
    platform: Assembly, web: Client
) -> None:
    await platform.action("guest/a", annotations=EXPORTED)
    for rest in ("", "/", "/x", "/x/y%20z.html", "/%2Fx"):
        response = await web.call(f"guest/default/a.json{rest}")
        assert response.json["__ow_path"] == rest


async def test_the_underscore_is_no_namespace(platform: Assembly, web: Client) -> None:
    await platform.action("guest/a", annotations=EXPORTED)
    assert (await web.call("_/default/a", key=GUEST)).refusal == NOT_FOUND


async def test_names_may_have_spaces_and_signs(platform: Assembly, web: Client) -> None:
    await platform.package("guest/p&q @x")
    await platform.action("guest/p&q @x/a b.c", annotations=EXPORTED)
    response = await web.call("guest/p%26q%20%40x/a%20b.c.json")
    assert response.json["__ow_method"] == "get"


@pytest.mark.parametrize("method", ["GET", "DELETE", "POST", "PUT", "PATCH"])
async def test_every_method_runs_the_action(platform: Assembly, web: Client, method: str) -> None:
    await platform.action("guest/a", annotations=EXPORTED)
    response = await web.call("guest/default/a.json", method=method)
    assert response.json["__ow_method"] == method.lower()


async def test_head_runs_the_action_and_drops_the_body(platform: Assembly, web: Client) -> None:
    script = {"result": {"headers": {"x-a": "b"}, "body": "12345"}}
    await platform.action("guest/a", script=script, annotations=EXPORTED)
    response = await web.call("guest/default/a", method="HEAD")
    assert (response.status, response.body) == (200, b"")
    assert response.header("x-a") == "b"
    assert response.header("content-length") == "5"
    assert response.header("x-openwhisk-activation-id")


@pytest.mark.parametrize("method", ["TRACE", "LINK"])
async def test_other_methods_lead_nowhere(platform: Assembly, web: Client, method: str) -> None:
    await platform.action("guest/a", annotations=EXPORTED)
    response = await web.call("guest/default/a", method=method, key=GUEST)
    assert response.refusal == NO_ROUTE


@pytest.mark.parametrize("path", ["guest", "guest/default", "guest/default/", "guest/default/$a"])
async def test_an_incomplete_path_asks_for_a_key_and_then_leads_nowhere(
    web: Client, path: str
) -> None:
    assert (await web.call(path)).refusal == (401, NO_KEY)
    assert (await web.call(path, key=GUEST)).refusal == NO_ROUTE


async def test_a_binding_adds_its_parameters_and_the_export_is_the_providers(
    platform: Assembly, web: Client
) -> None:
    await platform.package(
        "stranger/tools", publish=True, parameters={"a": "provider", "b": "provider"}
    )
    await platform.action("stranger/tools/shown", parameters={"c": "own"}, annotations=EXPORTED)
    await platform.action("stranger/tools/hidden")
    await platform.package(
        "guest/bound", binding="stranger/tools", parameters={"b": "binding", "c": "binding"}
    )
    received = (await web.call("guest/bound/shown.json")).json
    assert (received["a"], received["b"], received["c"]) == ("provider", "binding", "own")
    assert (await web.call("guest/bound/hidden.json")).refusal == NOT_FOUND


async def test_a_sequence_can_be_a_web_action(platform: Assembly, web: Client) -> None:
    await platform.action("guest/first")
    await platform.action("guest/second", parameters={"body": "done"})
    await platform.sequence("guest/s", "guest/first", "guest/second", annotations=EXPORTED)
    assert (await web.call("guest/default/s.text")).text == "done"

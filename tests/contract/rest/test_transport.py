"""Paths, methods, names, headers and documents (contract rest-api §1.1, §1.5 to §1.8, D)."""

import pytest

from tests.contract.rest.caller import Caller
from whisk_platform.entities.action import Collection
from whisk_platform.entities.names import parse
from whisk_platform.spi.stores import Document, Stores

ROUTER = (404, "The requested resource could not be found.")
PYTHON = {"kind": "python:3.11", "code": "def main(args): return args"}


@pytest.mark.parametrize("path", ["/nothing", "/api", "/api/v2", "/API/v1", "/favicon.ico"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "HEAD"])
async def test_outside_the_api_no_method_is_allowed(guest: Caller, method: str, path: str) -> None:
    reply = await guest.call(method, path)
    assert reply.status == 405
    assert reply.refusal == (405, "HTTP method not allowed, supported methods: OPTIONS")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/nothing"),
        ("GET", "/api/v1/namespaces/_/nothing"),
        ("GET", "/api/v1/namespaces/_/actions/a/b/c"),
        ("POST", "packages/p"),
        ("PUT", "actions/"),
        ("PUT", "triggers"),
        ("PATCH", "actions/a"),
        ("HEAD", "actions/a"),
        ("HEAD", "actions"),
        ("PUT", "activations/x"),
        ("DELETE", "activations/x"),
        ("POST", "activations/x"),
        ("PUT", "limits"),
        ("DELETE", "limits"),
        ("POST", "actions"),
        ("DELETE", "rules"),
        ("DELETE", "/api/v1/namespaces"),
    ],
)
async def test_inside_it_what_is_not_there_is_never_405(
    guest: Caller, method: str, path: str
) -> None:
    assert (await guest.call(method, path)).refusal == ROUTER


@pytest.mark.parametrize(
    "path", ["/api/v1", "/api/v1/namespaces", "/api/v1/namespaces/x/actions/y", "/api/v1/nothing"]
)
async def test_options_is_answered_to_anybody(anonymous: Caller, path: str) -> None:
    reply = await anonymous.call("OPTIONS", path)
    assert (reply.status, reply.text) == (200, "OK")
    assert reply.headers["content-type"].startswith("text/plain")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["access-control-allow-methods"] == "GET, DELETE, POST, PUT, HEAD"


async def test_segments_are_percent_decoded_before_they_are_matched(guest: Caller) -> None:
    assert (await guest.put("actions/a%20b%40c%26d.e", {"exec": PYTHON})).status == 200
    assert (await guest.get("actions/a%20b@c&d.e")).json["name"] == "a b@c&d.e"


async def test_a_trailing_slash_is_no_difference_for_a_collection(guest: Caller) -> None:
    for collection in ("actions", "triggers", "rules", "packages", "activations", "limits"):
        with_slash = await guest.get(f"{collection}/")
        assert (with_slash.status, with_slash.body) == (200, (await guest.get(collection)).body)


async def test_a_namespace_that_is_too_long_or_illegal_is_told_so(guest: Caller) -> None:
    reply = await guest.get(f"/api/v1/namespaces/{'n' * 257}/actions")
    assert reply.refusal == (400, "Namespace longer than allowed: 257 > 256.")
    for illegal in ("%20", "a%7Cb", "a%2B", "-a", "a%20"):
        reply = await guest.get(f"/api/v1/namespaces/{illegal}/actions")
        assert reply.refusal == (400, "The namespace contains illegal characters.")


@pytest.mark.parametrize("name", ["a", "_", "9", "a-", "a.", "a@", "a&", "a b", "x" * 256])
async def test_names_at_the_edge_of_what_is_legal(guest: Caller, name: str) -> None:
    quoted = name.replace(" ", "%20")
    assert (await guest.put(f"triggers/{quoted}", {})).status == 200
    assert (await guest.get(f"triggers/{quoted}")).json["name"] == name


async def test_the_default_body_of_an_error_has_exactly_two_members(guest: Caller) -> None:
    reply = await guest.call("GET", "actions/none", headers={"x-request-id": "mine"})
    assert reply.json == {"error": "The requested resource does not exist.", "code": "mine"}


async def test_answers_of_the_api_are_compact(guest: Caller) -> None:
    reply = await guest.put("triggers/t", {"parameters": [{"key": "a", "value": {"b": [1, 2]}}]})
    assert b'"value":{"b":[1,2]}' in reply.body
    assert b"\n" not in reply.body


@pytest.mark.parametrize("collection", ["actions", "packages", "triggers", "rules"])
async def test_a_document_that_cannot_be_read_is_the_servers_fault(
    stores: Stores, guest: Caller, collection: str
) -> None:
    document = Document(
        fqn=parse("/guest/broken"),
        collection=Collection(collection),
        revision=0,
        updated=0,
        body=b'{"nothing":"known"}',
    )
    await stores.artifacts.put(document)
    reply = await guest.get(f"{collection}/broken")
    assert reply.refusal == (500, "Resource is corrupted and cannot be read.")


async def test_headers_of_sdks_are_ignored(guest: Caller) -> None:
    headers = {"x-namespace-id": "somebody", "user-agent": "openwhisk-client-js"}
    reply = await guest.call("GET", "/api/v1/namespaces", headers=headers)
    assert reply.json == ["guest"]


async def test_a_refresh_of_packages_is_an_error_object(guest: Caller) -> None:
    """Upstream does not implement it any more; an old ``wsk`` prints what it is told."""
    status, text = (await guest.post("packages/refresh", {})).refusal
    assert status in (404, 405)
    assert text


@pytest.mark.parametrize("collection", ["actions", "packages", "triggers", "rules"])
async def test_the_count_is_an_object_and_subtracts_what_is_skipped(
    guest: Caller, collection: str
) -> None:
    assert (await guest.get(collection, count=True)).json == {collection: 0}
    assert (await guest.get(collection)).body == b"[]"


@pytest.mark.parametrize("accept", ["text/html", "image/*", "application/xml;q=0.5", "*/*;q=0"])
async def test_who_takes_no_json_is_told_before_anything_happens(
    guest: Caller, accept: str
) -> None:
    reply = await guest.call("PUT", "actions/a", body={"exec": PYTHON}, headers={"accept": accept})
    assert reply.refusal == (
        406,
        "Resource representation is only available with these types:\napplication/json",
    )
    assert (await guest.get("actions")).body == b"[]"


@pytest.mark.parametrize(
    "accept",
    [
        "*/*",
        "application/json",
        "application/*",
        "text/html, application/json;q=0.1",
        "text/plain",
        "text/html, */*",
        "",
        "nonsense",
    ],
)
async def test_who_takes_json_among_others_gets_it(guest: Caller, accept: str) -> None:
    reply = await guest.call("GET", "actions", headers={"accept": accept})
    assert (reply.status, reply.json) == (200, [])

"""The API as it describes itself (contract rest-api §1.1, §1.3)."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.routing import Router

from tests.contract.rest.caller import Caller
from whisk_platform.controller.api.docs.description import whole
from whisk_platform.controller.resource import Resource

SWAGGER, OPENAPI = "/api/v1/api-docs", "/api/v1/openapi.json"
FREE_PATHS = {
    "/api/v1/web/{rest:path}": "/api/v1/web/{namespace}/{package}/{name}",
    "/api/v1/admin/invokers/{invoker:path}": "/api/v1/admin/invokers/{invoker}",
}
"""Routes that take more than one segment in one parameter, and how they are described."""
EVERY_METHOD = frozenset({"GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS"})
METHODS = {method.lower() for method in EVERY_METHOD}


def served(app: object) -> set[tuple[str, str]]:
    """Every path and method that the router knows."""
    assert isinstance(app, Router)
    found = set()
    for route in app.routes:
        template, endpoint = route.path, route.endpoint  # type: ignore[attr-defined]  # a Route
        methods = endpoint.methods if isinstance(endpoint, Resource) else EVERY_METHOD
        found |= {(FREE_PATHS.get(template, template), method) for method in methods}
    return found


def described() -> set[tuple[str, str]]:
    """Every path and method that the description names."""
    found = set()
    for place in whole.PLACES:
        templates = [place.template, place.template + "/"][: 1 + place.slash_too]
        for operation in place.operations:
            found |= {(template, operation.method.upper()) for template in templates}
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for template, item in document["paths"].items():
        for method in METHODS & set(item):
            yield template, method, item[method]


async def test_every_route_and_method_is_described_and_nothing_else(anonymous: Caller) -> None:
    assert served(anonymous.app) - described() == set()
    assert described() - served(anonymous.app) == set()


@pytest.mark.parametrize("path", [SWAGGER, OPENAPI])
async def test_a_document_has_every_operation_of_the_description(
    anonymous: Caller, path: str
) -> None:
    document = (await anonymous.get(path)).json
    expected = {
        (place.template, operation.method)
        for place in whole.PLACES
        for operation in place.operations
    }
    assert {(template, method) for template, method, _ in operations(document)} == expected


async def test_swagger_and_openapi_say_which_they_are(anonymous: Caller) -> None:
    swagger, openapi = await anonymous.get(SWAGGER), await anonymous.get(OPENAPI)
    assert (swagger.status, swagger.json["swagger"]) == (200, "2.0")
    assert (openapi.status, openapi.json["openapi"]) == (200, "3.0.3")
    for reply in (swagger, openapi):
        assert reply.headers["content-type"] == "application/json"
    assert (await anonymous.get("/api-docs")).body == swagger.body


@pytest.mark.parametrize(("path", "place"), [(SWAGGER, "definitions"), (OPENAPI, "schemas")])
async def test_every_reference_of_a_document_leads_somewhere(
    anonymous: Caller, path: str, place: str
) -> None:
    document = (await anonymous.get(path)).json
    known = document.get("definitions") or document["components"]["schemas"]
    text = json.dumps(document)
    used = set(re.findall(r'"\$ref": "#/(?:\w+/)*(\w+)"', text))
    assert used - set(known) == set()
    assert all(f"/{place}/" in ref for ref in re.findall(r'"\$ref": "([^"]*)"', text))


@pytest.mark.parametrize("path", [SWAGGER, OPENAPI])
async def test_operations_have_names_of_their_own_and_describe_their_path(
    anonymous: Caller, path: str
) -> None:
    document = (await anonymous.get(path)).json
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    for template, item in document["paths"].items():
        wanted = set(re.findall(r"\{(\w+)\}", template))
        given = {each["name"] for each in item.get("parameters", ()) if each["in"] == "path"}
        assert given == wanted, template


async def test_no_schema_is_described_in_vain(anonymous: Caller) -> None:
    text = (await anonymous.get(OPENAPI)).text
    unused = [name for name in whole.SCHEMAS if f'"#/components/schemas/{name}"' not in text]
    assert unused == []


@pytest.mark.parametrize("path", ["/docs", "/api/v1/docs"])
async def test_the_page_is_found_from_its_short_addresses(anonymous: Caller, path: str) -> None:
    reply = await anonymous.get(path)
    assert (reply.status, reply.body) == (308, b"")
    assert reply.headers["location"] == "/api/v1/docs/index.html"


async def test_the_page_is_swagger_ui_and_loads_only_what_is_served_here(
    anonymous: Caller,
) -> None:
    page = await anonymous.get("/api/v1/docs/index.html")
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=UTF-8")
    assert re.findall("<title>(.*)</title>", page.text) == ["Swagger UI"]
    assert "default-src 'self'" in page.headers["content-security-policy"]
    names = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert len(names) == 6
    for name in names:
        assert "/" not in name
        loaded = await anonymous.get(f"/api/v1/docs/{name}")
        assert loaded.status == 200
        assert loaded.body
    script = await anonymous.get("/api/v1/docs/start.js")
    for address in re.findall(r'url: "([^"]*)"', script.text):
        assert (await anonymous.get(address)).status == 200


@pytest.mark.parametrize("name", ["..", "index.js", "%2e%2e%2f__init__.py", "swagger-ui.js.map"])
async def test_no_other_file_is_served(anonymous: Caller, name: str) -> None:
    reply = await anonymous.get(f"/api/v1/docs/{name}")
    assert reply.status == 404

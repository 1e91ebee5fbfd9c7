"""Vanity hosts (contract rest-api §1.2): ``<ns>.<apihost>`` is the web of a namespace."""

import pytest

from tests.contract.assembly import GUEST, Assembly
from tests.contract.edge.conftest import Serve, Served
from whisk_platform.controller.edge.settings import EdgeSettings

EXPORTED = {"web-export": True}
HTML = {"headers": {"content-type": "text/html"}, "body": "<h1>index</h1>"}


async def _get(served: Served, path: str, host: str) -> tuple[int, str]:
    async with served.client() as client:
        response = await client.get(path, headers={"host": host})
        return response.status_code, response.text


async def test_a_page_of_a_namespace_has_a_host_of_its_own(
    serve: Serve, platform: Assembly
) -> None:
    await platform.package("guest/public")
    await platform.action("guest/public/index", script={"result": HTML}, annotations=EXPORTED)
    async with serve() as served:
        host = f"guest.localhost:{served.port}"
        assert await _get(served, "/", host) == (200, "<h1>index</h1>")
        assert await _get(served, "/public/index.html", host) == (200, "<h1>index</h1>")


async def test_it_works_over_tls_under_its_own_name(serve: Serve, platform: Assembly) -> None:
    await platform.package("guest/public")
    await platform.action("guest/public/index", script={"result": HTML}, annotations=EXPORTED)
    async with serve(tls=True) as served, served.client() as client:
        response = await client.get(
            f"https://127.0.0.1:{served.port}/",
            headers={"host": f"guest.localhost:{served.port}"},
            extensions={"sni_hostname": "guest.localhost"},
        )
        assert (response.status_code, response.text) == (200, "<h1>index</h1>")


async def test_path_and_query_reach_the_action_as_they_were(
    serve: Serve, platform: Assembly
) -> None:
    await platform.package("guest/p")
    await platform.action("guest/p/echo", annotations=EXPORTED)
    async with serve() as served, served.client() as client:
        response = await client.post(
            "/p/echo.json/a%20b/%2Fc?q=%C3%A4", headers={"host": "GUEST.LocalHost"}, json={"k": 1}
        )
        received = response.json()
        assert (received["__ow_path"], received["q"], received["k"]) == ("/a%20b/%2Fc", "ä", 1)
        assert received["__ow_headers"]["host"] == "GUEST.LocalHost"


async def test_the_api_stays_where_it_is_on_every_host(serve: Serve) -> None:
    key = (GUEST.authkey.uuid, GUEST.authkey.key)
    async with serve() as served, served.client() as client:
        client.headers["host"] = "guest.localhost"
        assert (await client.get("/api/v1")).json()["description"] == "OpenWhisk API"
        assert (await client.get("/api/v1/namespaces", auth=key)).json() == ["guest"]


@pytest.mark.parametrize("path", ["/", "/missing/action", "/public/index.html", "/ping", "/api"])
async def test_what_a_namespace_does_not_have_is_not_found(serve: Serve, path: str) -> None:
    async with serve() as served:
        status, text = await _get(served, path, "guest.localhost")
        assert status in (401, 404), text
        assert len(text.splitlines()) == 4, "errors of web actions are laid out for people"


async def test_a_namespace_that_does_not_exist_has_no_pages(serve: Serve) -> None:
    async with serve() as served:
        status, text = await _get(served, "/", "nobody.localhost")
        assert (status, "does not exist" in text) == (404, True)


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "[::1]:80", "a.b.localhost", "guest.example.com", ""]
)
async def test_other_hosts_are_the_api(serve: Serve, host: str) -> None:
    async with serve() as served:
        assert await _get(served, "/ping", host) == (200, "pong")


async def test_the_name_of_the_api_host_can_be_set(serve: Serve, platform: Assembly) -> None:
    await platform.package("guest/public")
    await platform.action("guest/public/index", script={"result": HTML}, annotations=EXPORTED)
    async with serve(edge=EdgeSettings(host_name="Whisk.Example.com")) as served:
        assert await _get(served, "/", "guest.whisk.example.com") == (200, "<h1>index</h1>")
        assert await _get(served, "/ping", "guest.localhost") == (200, "pong")

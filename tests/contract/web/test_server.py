"""Web actions through a real HTTP server: what goes over the wire is what was meant."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.contract.assembly import Assembly
from whisk_platform.controller.server import HttpServer, bind

EXPORTED = {"web-export": True}


@pytest.fixture
async def served(platform: Assembly) -> AsyncIterator[httpx2.AsyncClient]:
    listener = bind("127.0.0.1", 0)
    server = HttpServer(platform.app, listener)
    ready = asyncio.Event()
    serving = asyncio.create_task(server.serve(ready.set), name="server")
    await ready.wait()
    base = f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1/web/guest/default/"
    async with httpx2.AsyncClient(base_url=base, trust_env=False) as client:
        yield client
    server.stop(1)
    await serving


async def test_head_has_the_length_and_no_body(
    platform: Assembly, served: httpx2.AsyncClient
) -> None:
    await platform.action("guest/a", script={"result": {"body": "12345"}}, annotations=EXPORTED)
    response = await served.head("a")
    assert (response.status_code, response.headers["content-length"]) == (200, "5")
    assert response.content == b""
    assert (await served.get("a")).text == "12345"


async def test_no_content_has_neither_body_nor_length(
    platform: Assembly, served: httpx2.AsyncClient
) -> None:
    await platform.action("guest/a", script={"result": {}}, annotations=EXPORTED)
    response = await served.get("a")
    assert (response.status_code, response.content) == (204, b"")
    assert {"content-length", "content-type", "transfer-encoding"}.isdisjoint(response.headers)
    assert (await served.get("a")).status_code == 204


async def test_a_status_without_a_body_leaves_the_connection_usable(
    platform: Assembly, served: httpx2.AsyncClient
) -> None:
    script = {"result": {"statusCode": 304, "body": "dropped", "headers": {"etag": '"1"'}}}
    await platform.action("guest/a", script=script, annotations=EXPORTED)
    for _ in range(2):
        response = await served.get("a")
        assert (response.status_code, response.content) == (304, b"")


async def test_paths_queries_cookies_and_characters_survive(
    platform: Assembly, served: httpx2.AsyncClient
) -> None:
    await platform.action("guest/a", annotations=EXPORTED)
    received = (await served.post("a.json/x%20y/%2Fz?q=%C3%A4", json={"ß": "€"})).json()
    assert received["__ow_path"] == "/x%20y/%2Fz"
    assert (received["q"], received["ß"]) == ("ä", "€")
    result = {"headers": {"set-cookie": ["a=1", "b=2"], "x-name": "ä"}, "body": "ö"}
    await platform.action("guest/b", script={"result": result}, annotations=EXPORTED)
    response = await served.get("b")
    assert response.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert response.text == "ö"


async def test_a_chunked_body_is_read_and_limited(
    platform: Assembly, served: httpx2.AsyncClient
) -> None:
    await platform.action("guest/a", annotations=EXPORTED)

    async def chunks(count: int) -> AsyncIterator[bytes]:
        for _ in range(count):
            yield b"x" * 1000

    headers = {"content-type": "text/plain"}
    response = await served.post("a.json", content=chunks(3), headers=headers)
    assert len(response.json()["__ow_body"]) == 3000
    assert "transfer-encoding" not in response.json()["__ow_headers"]
    response = await served.post("a.json", content=chunks(1100), headers=headers)
    assert (response.status_code, response.json()["error"]) == (
        413,
        "Request larger than allowed: 1100000 > 1048576 bytes.",
    )

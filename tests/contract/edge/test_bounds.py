"""What the edge does not take in, and for how long it waits (contract rest-api §1.2, §3.5)."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.contract.assembly import GUEST, Assembly
from tests.contract.edge.conftest import Serve
from tests.waiting import DEADLINE_S
from whisk_platform.controller.edge.settings import EdgeSettings

NEAR = EdgeSettings(request_bytes=1000, uri_bytes=200, head_bytes=500, read_timeout_s=0.4)
TOO_LARGE = "The request content is larger than the server is willing or able to process."


def _refusal(head: bytes, body: bytes) -> tuple[int, str]:
    document = json.loads(body)
    assert set(document) == {"error", "code"}
    assert f"x-request-id: {document['code']}".encode() in head.splitlines()
    return int(head.split()[1]), document["error"]


async def test_a_long_uri_is_414(serve: Serve) -> None:
    async with serve() as served, served.client() as client:
        fits = "/ping?" + "a" * (8192 - len("/ping?"))
        assert (await client.get(fits)).text == "pong"
        response = await client.get(fits + "a")
        assert response.status_code == 414
        assert response.json()["error"] == "The request URI is longer than 8192 bytes."
        assert response.json()["code"] == response.headers["x-request-id"]


async def test_a_uri_that_comes_in_pieces_is_bounded_too(serve: Serve) -> None:
    async with serve(edge=NEAR) as served:
        reader, writer = await served.connect()
        writer.write(b"GET /")
        for _ in range(30):
            await writer.drain()
            writer.write(b"a" * 10)
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        assert _refusal(head, body)[0] == 414
        writer.close()


@pytest.mark.parametrize("pieces", [1, 40])
async def test_long_headers_are_431(serve: Serve, pieces: int) -> None:
    async with serve(edge=NEAR) as served:
        reader, writer = await served.connect()
        writer.write(b"GET /ping HTTP/1.1\r\nx: ")
        for _ in range(pieces):
            await writer.drain()
            writer.write(b"a" * (800 // pieces))
        writer.write(b"\r\n\r\n")
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        assert _refusal(head, body) == (431, "The request headers are longer than 500 bytes.")
        writer.close()


async def test_a_body_that_announces_too_much_is_413_at_once(serve: Serve) -> None:
    """Before a byte of it was sent, and whatever the path."""
    async with serve(edge=NEAR) as served:
        for length in (b"1001", b"99999999999999999"):
            reader, writer = await served.connect()
            writer.write(b"POST /ping HTTP/1.1\r\nhost: h\r\ncontent-length: %s\r\n\r\n" % length)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 413 ")
            body = await reader.readuntil(b"}")
            assert _refusal(head, body) == (413, TOO_LARGE)
            writer.close()


async def test_who_sends_on_after_a_refusal_still_gets_to_the_answer(serve: Serve) -> None:
    async with serve(edge=NEAR) as served, served.client() as client:
        response = await client.post("/ping", content=b"x" * 5_000_000)
        assert (response.status_code, response.json()["error"]) == (413, TOO_LARGE)
        assert (await client.get("/ping")).text == "pong", "the connection is as good as before"


async def test_a_chunked_body_is_read_up_to_what_the_controller_takes(
    serve: Serve, platform: Assembly
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(60):
            yield b"x" * (1 << 20)

    key = (GUEST.authkey.uuid, GUEST.authkey.key)
    async with serve() as served, served.client() as client:
        response = await client.put(
            "/api/v1/namespaces/_/actions/a",
            auth=key,
            content=endless(),
            headers={"content-type": "application/json"},
        )
        assert (response.status_code, response.json()["error"]) == (413, TOO_LARGE)


@pytest.mark.parametrize("start", [b"GET /ping HT", b"GET /ping HTTP/1.1\r\nhost: h\r\n"])
async def test_a_head_that_does_not_end_is_408(serve: Serve, start: bytes) -> None:
    async with serve(edge=NEAR) as served:
        head, body = await served.exchange(start)
        assert _refusal(head, body) == (
            408,
            "The rest of the request did not arrive within 0.4 s.",
        )


async def test_a_head_that_drips_is_408_all_the_same(serve: Serve) -> None:
    async with serve(edge=NEAR) as served:
        reader, writer = await served.connect()
        writer.write(b"GET /ping HTTP/1.1\r\n")
        answer = asyncio.create_task(reader.read())
        async with asyncio.timeout(DEADLINE_S):
            while not answer.done():
                writer.write(b"x")
                await asyncio.wait((answer,), timeout=0.05)
        assert answer.result().startswith(b"HTTP/1.1 408 ")
        writer.close()


async def test_a_body_that_does_not_come_is_408(serve: Serve, platform: Assembly) -> None:
    await platform.action("guest/a", annotations={"web-export": True})
    async with serve(edge=NEAR) as served:
        request = b"POST /api/v1/web/guest/default/a.json HTTP/1.1\r\nhost: h\r\n"
        head, body = await served.exchange(request + b"content-length: 10\r\n\r\n12345")
        assert _refusal(head, body)[0] == 408


async def test_who_says_nothing_is_let_go(serve: Serve) -> None:
    async with serve(edge=NEAR) as served:
        assert await served.exchange(b"") == (b"", b"")


async def test_a_slow_action_is_no_slow_client(serve: Serve, platform: Assembly) -> None:
    """The time limit is on what the client sends, not on how long an answer takes."""
    script = {"result": {"body": "late"}, "takes_s": 1.0}
    await platform.action("guest/a", script=script, annotations={"web-export": True})
    async with serve(edge=NEAR) as served, served.client() as client:
        response = await client.post("/api/v1/web/guest/default/a", content=b"{}")
        assert response.text == "late"


async def test_a_client_that_waits_to_be_told_is_told(serve: Serve) -> None:
    async with serve(edge=NEAR) as served:
        reader, writer = await served.connect()
        for length, told in ((b"5", b"100"), (b"5000", b"413")):
            writer.write(
                b"PUT /api/v1/namespaces/_/packages/p HTTP/1.1\r\nhost: h\r\n"
                b"expect: 100-continue\r\nauthorization: Basic %s\r\ncontent-length: %s\r\n\r\n"
                % (_basic(), length)
            )
            line = await reader.readline()
            assert line.split()[1] == told
            if told == b"413":
                break
            writer.write(b"{}   ")
            await reader.readline()
            head = await reader.readuntil(b"\r\n\r\n")
            (length_line,) = [row for row in head.splitlines() if row.startswith(b"content-length")]
            await reader.readexactly(int(length_line.split()[1]))
        writer.close()


def _basic() -> bytes:
    return base64.b64encode(str(GUEST.authkey).encode())


@pytest.mark.parametrize(
    ("request_bytes", "given"),
    [
        (b"nonsense\r\n\r\n", None),
        (b"GET / HTTP/1.1\r\nx-request-id: mine\r\nhost: h\r\nno header\r\n\r\n", "mine"),
        (b"GET /%s HTTP/1.1\r\n\r\n" % (b"a" * 300), None),
        (b"GET /missing HTTP/1.1\r\nconnection: close\r\nx-request-id: mine\r\n\r\n", "mine"),
        (b"GET /missing HTTP/1.1\r\nconnection: close\r\nx-request-id: sid_x\r\n\r\n", None),
    ],
)
async def test_every_answer_has_a_request_id(
    serve: Serve, request_bytes: bytes, given: str | None
) -> None:
    async with serve(edge=NEAR) as served:
        head, body = await served.exchange(request_bytes)
        assert _refusal(head, body)[0] >= 400
        identifier = json.loads(body)["code"]
        assert identifier == given if given else len(identifier) == 32


async def test_web_sockets_are_not_spoken(serve: Serve) -> None:
    async with serve() as served:
        lines = (
            b"GET /ping HTTP/1.1",
            b"connection: upgrade, close",
            b"upgrade: websocket",
            b"",
            b"",
        )
        head, body = await served.exchange(b"\r\n".join(lines))
        assert (head[:13], body) == (b"HTTP/1.1 200 ", b"pong")


async def test_a_stream_that_lasts_is_no_slow_client(serve: Serve, platform: Assembly) -> None:
    script = {"result": {}, "takes_s": 1.0}
    await platform.action("guest/a", script=script)
    key = (GUEST.authkey.uuid, GUEST.authkey.key)
    async with serve(edge=NEAR) as served, served.client() as client:
        client.auth = httpx2.BasicAuth(*key)
        path = "/api/v1/namespaces/_/activations?watch=true"
        async with client.stream("GET", path, headers={"accept": "text/event-stream"}) as stream:
            assert stream.status_code == 200
            started = await client.post("/api/v1/namespaces/_/actions/a")
            assert started.status_code == 202
            async with asyncio.timeout(DEADLINE_S):
                seen = [line async for line in _until(stream.aiter_lines(), "event: end")]
            assert seen


async def _until(lines: AsyncIterator[str], last: str) -> AsyncIterator[str]:
    async for line in lines:
        yield line
        if line.startswith(last):
            return

"""TLS and the redirect of plain HTTP (contract rest-api §1.2)."""

import asyncio
import json
import socket
import ssl

import httpx2
import pytest

from tests.contract.assembly import GUEST, Assembly
from tests.contract.edge.conftest import Serve
from tests.waiting import eventually


@pytest.fixture
def key() -> tuple[str, str]:
    return GUEST.authkey.uuid, GUEST.authkey.key


async def test_the_api_answers_over_tls(serve: Serve, key: tuple[str, str]) -> None:
    async with serve(tls=True) as served, served.client() as client:
        assert (await client.get("/ping")).text == "pong"
        response = await client.get("/api/v1/namespaces", auth=key)
        assert response.json() == ["guest"]


async def test_one_connection_serves_many_requests(serve: Serve) -> None:
    async with serve(tls=True) as served:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", served.port, ssl=served.authority, server_hostname="localhost"
        )
        for _ in range(3):
            writer.write(b"GET /ping HTTP/1.1\r\nhost: localhost\r\n\r\n")
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 OK\r\n")
            assert await reader.readexactly(4) == b"pong"
        writer.close()


async def test_who_does_not_know_the_authority_refuses(serve: Serve) -> None:
    async with serve(tls=True) as served:
        async with httpx2.AsyncClient(base_url=served.base, trust_env=False) as stranger:
            with pytest.raises(httpx2.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await stranger.get("/ping")
        async with served.client() as client:
            assert (await client.get("/ping")).status_code == 200


async def test_old_versions_of_tls_are_not_spoken(serve: Serve) -> None:
    async with serve(tls=True) as served:
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname = False
        old.verify_mode = ssl.CERT_NONE
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.open_connection("127.0.0.1", served.port, ssl=old)


@pytest.mark.parametrize("companion", [False, True])
async def test_plain_http_is_sent_to_https(serve: Serve, companion: bool) -> None:
    async with serve(tls=True, plain=companion) as served:
        port = served.plain_port if companion else served.port
        base = f"http://localhost:{port}"
        async with httpx2.AsyncClient(base_url=base, trust_env=False) as client:
            for method in ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"):
                response = await client.request(method, "/a%20b/c?d=%2F&e")
                assert response.status_code == 308
                place = f"https://localhost:{served.port}/a%20b/c?d=%2F&e"
                assert response.headers["location"] == place
                assert response.headers["x-request-id"]
                assert response.content == b""


async def test_who_follows_the_redirect_arrives_with_method_and_body(
    serve: Serve, platform: Assembly
) -> None:
    await platform.action("guest/a", annotations={"web-export": True})
    async with serve(tls=True) as served:
        assert served.authority is not None
        client = httpx2.AsyncClient(verify=served.authority, trust_env=False, follow_redirects=True)
        async with client:
            url = f"http://localhost:{served.port}/api/v1/web/guest/default/a.json"
            response = await client.put(url, json={"x": 1})
            assert response.json()["x"] == 1
            assert response.json()["__ow_method"] == "put"


@pytest.mark.parametrize(
    ("host", "place"),
    [
        (b"whisk.example.com", b"https://whisk.example.com:%d/x"),
        (b"whisk.example.com:80", b"https://whisk.example.com:%d/x"),
        (b"[::1]:80", b"https://[::1]:%d/x"),
    ],
)
async def test_the_redirect_keeps_the_host_that_was_asked(
    serve: Serve, host: bytes, place: bytes
) -> None:
    async with serve(tls=True) as served:
        head, _ = await served.exchange(b"GET /x HTTP/1.1\r\nhost: %s\r\n\r\n" % host)
        assert b"location: " + place % served.port in head.splitlines()
        assert b"connection: close" in head.splitlines()


async def test_a_request_without_a_host_is_sent_to_where_it_came(serve: Serve) -> None:
    async with serve(tls=True) as served:
        head, _ = await served.exchange(b"GET / HTTP/1.0\r\n\r\n")
        assert b"location: https://127.0.0.1:%d/" % served.port in head.splitlines()


async def test_who_says_nothing_holds_nobody_up(serve: Serve) -> None:
    async with serve(tls=True) as served:
        silent = [await served.connect() for _ in range(50)]
        async with served.client() as client:
            assert (await client.get("/ping")).status_code == 200
        for _, writer in silent:
            writer.close()


async def test_clients_that_vanish_in_the_handshake_are_forgotten(serve: Serve) -> None:
    async with serve(tls=True) as served:
        for start in (b"", b"\x16", b"\x16\x03\x01\x02\x00\x01", b"\x16\x03\x01garbage" * 100):
            connection = socket.create_connection(("127.0.0.1", served.port))
            connection.sendall(start)
            connection.close()

        async def answers() -> bool:
            async with served.client() as client:
                return (await client.get("/ping")).status_code == 200

        await eventually(answers, "an answer after the vandals")


async def test_what_is_not_http_inside_tls_is_refused_in_our_words(serve: Serve) -> None:
    async with serve(tls=True) as served:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", served.port, ssl=served.authority, server_hostname="localhost"
        )
        writer.write(b"nonsense\r\n\r\n")
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        assert head.startswith(b"HTTP/1.1 400 ")
        document = json.loads(body)
        assert document["error"] == "The request is not valid HTTP."
        assert f"x-request-id: {document['code']}".encode() in head.splitlines()


async def test_hundreds_of_connections_at_once_are_served(serve: Serve) -> None:
    async with serve(tls=True) as served:

        async def ask() -> int:
            async with served.client() as client:
                return (await client.get("/ping")).status_code

        assert set(await asyncio.gather(*(ask() for _ in range(200)))) == {200}


async def test_a_stop_closes_the_port(serve: Serve) -> None:
    async with serve(tls=True) as running:
        port = running.port
    with pytest.raises(ConnectionError):
        await asyncio.open_connection("127.0.0.1", port)

"""Requests that no client library would send are answered too, and never with 5xx."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import hypothesis
import pytest
from hypothesis import strategies as st

from tests.contract.fuzz.served import GUEST, Served

OWN = "/api/v1/namespaces/_/"
DEEP = "[" * 100_000
DIGITS = "9" * 5000
BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"\xff"',
    b'{"a":"\\ud800"}',
    b'{"\\ud800":1}',
    b"\xef\xbb\xbf{}",
    b'{"a":1e400}',
    b'{"a":' + DIGITS.encode() + b"}",
    b'{"a":' + DEEP.encode() + b"}",
    DEEP.encode(),
    b'{"parameters":[{"key":"\\u0000","value":"\\ud800"}]}',
    b'{"parameters":[{"key":null,"value":1}],"annotations":{}}',
    b'{"exec":{"kind":"python:3.11","code":"\\ud800"}}',
    b'{"exec":{"kind":"python:3.11","code":"x","main":"\\u0000"}}',
    b'{"exec":{"kind":"sequence","components":["/_/echo","","/","//","\\u0000"]}}',
    b'{"exec":{"kind":"blackbox","image":"\\u0000"}}',
    b'{"limits":{"timeout":' + DIGITS.encode() + b"}}",
    b'{"limits":{"memory":1e400,"logs":-1,"concurrency":1.5}}',
    b'{"version":"' + DIGITS.encode() + b'.0.0"}',
    b'{"version":"99999999999999999999.0.0"}',
    b'{"binding":{"namespace":"\\ud800","name":"\\u0000"}}',
    b'{"trigger":"\\ud800","action":"/_/echo"}',
    b'{"status":"\\ud800"}',
    b'{"delAnnotations":[1,null]}',
]
PATHS = [
    OWN + "actions/echo",
    OWN + "actions/pkg/echo",
    OWN + "packages/pkg",
    OWN + "triggers/trigger",
    OWN + "rules/rule",
    "/api/v1/web/guest/default/web.json",
    "/api/v1/web/guest/default/web",
]
TARGETS = [
    OWN + "actions/echo?blocking=true&timeout=" + DIGITS,
    OWN + "actions?limit=" + DIGITS,
    OWN + "actions?skip=" + "9" * 18,
    OWN + "activations?since=" + "9" * 18,
    OWN + "activations?since=" + "9" * 19,
    OWN + "activations?upto=-" + "9" * 18,
    OWN + "activations?name=%00",
    OWN + "activations?name=%ED%A0%80",
    OWN + "actions/%ED%A0%80",
    OWN + "actions/%00",
    OWN + "actions/%FF%FE",
    OWN + "actions/%",
    OWN + "actions/%zz",
    OWN + "actions/%2F%2F",
    OWN + "actions/..%2f..",
    OWN + "actions/" + "a" * 4000,
    OWN + "actions/" + "a" * 70_000,
    OWN + "activations/" + "%C3%A9" * 32,
    OWN + "activations/" + "%D9%A1" * 32,
    "/api/v1/namespaces/%ED%A0%80/actions",
    "/api/v1/web/guest/default/web.json?%ED%A0%80=%FF&=&&=1",
    "/api/v1/web/guest/default/web.http/%ED%A0%80/%00",
    "/api/v1/docs/%00",
    "//",
    "/api/v1//",
    "*",
    "http://elsewhere/api/v1",
]
HEADERS = [
    b"Authorization: Basic",
    b"Authorization: Basic \xff\xff",
    b"Authorization: Basic %%%%",
    b"Authorization: Bearer x",
    b"X-Request-ID: \xff\xfe",
    b"X-Request-ID: " + b"a" * 4000,
    b"Content-Type: \xff",
    b"Content-Type: application/json; charset=nonsense",
    b"Content-Type: text/plain; charset=\xff",
    b"Content-Length: -1",
    b"Content-Length: " + DIGITS.encode(),
    b"Accept: \xff/\xff;q=\xff",
    b"Accept: " + b"*/*;q=0," * 500,
    b"Origin: \xff",
    b"Last-Event-ID: \xff",
    b"Host: \xff\xff",
    b"Cookie: " + b"a=b;" * 1000,
]


def status_of(
    api: Served, method: str, target: str, *headers: bytes, body: bytes | None = None
) -> int:
    """Send one request byte for byte, on a connection of its own, and read its status.

    A server that closes without a word says that this was no HTTP: 400.
    """
    where = urlsplit(api.address)
    key = f"Authorization: {api.headers(GUEST)['Authorization']}".encode()
    lines = [f"{method} {target} HTTP/1.1".encode(), b"Connection: close"]
    names = {line.partition(b":")[0] for line in headers}
    lines += [] if b"Host" in names else [b"Host: 127.0.0.1"]
    lines += [] if b"Authorization" in names else [key]
    if body is not None:
        lines += [] if b"Content-Type" in names else [b"Content-Type: application/json"]
        lines += [] if b"Content-Length" in names else [b"Content-Length: %d" % len(body)]
    request = b"\r\n".join([*lines, *headers, b"", body or b""])
    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        try:
            connection.sendall(request)
            answer = connection.recv(64)
        except ConnectionError:
            return 400
    return int(answer.split(b" ")[1]) if answer else 400


@pytest.mark.parametrize("path", PATHS)
def test_bodies_that_are_hardly_json(api: Served, path: str) -> None:
    for method in ("PUT", "POST"):
        for query in ("", "?overwrite=true", "?blocking=true"):
            for body in BODIES:
                status = status_of(api, method, path + query, body=body)
                assert status < 500, (method, path + query, body[:80], status)


def test_targets_that_are_hardly_urls(api: Served) -> None:
    for target in TARGETS:
        for method in ("GET", "POST", "DELETE", "PUT", "PATCH", "NONSENSE"):
            body = b"{}" if method in ("POST", "PUT") else None
            status = status_of(api, method, target, body=body)
            assert status < 500, (method, target[:80], status)


def test_headers_that_nobody_sends(api: Served) -> None:
    for header in HEADERS:
        for method, path in (("GET", OWN + "actions"), ("POST", PATHS[0]), ("POST", PATHS[-1])):
            body = b'{"a":1}' if method == "POST" else None
            status = status_of(api, method, path, header, body=body)
            assert status < 500, (method, path, header[:80], status)


def test_any_bytes_as_body_path_and_query(api: Served, budget: hypothesis.settings) -> None:
    quoted = st.binary(max_size=40).map(lambda raw: "".join(f"%{byte:02X}" for byte in raw))

    @hypothesis.settings(budget)
    @hypothesis.given(
        path=st.sampled_from(PATHS) | quoted.map(lambda name: f"{OWN}actions/{name}"),
        query=st.just("") | st.tuples(quoted, quoted).map("?{0[0]}={0[1]}".format),
        body=st.sampled_from(BODIES[:10]) | st.binary(max_size=60),
        method=st.sampled_from(["GET", "PUT", "POST", "DELETE"]),
    )
    def run(path: str, query: str, body: bytes, method: str) -> None:
        assert status_of(api, method, path + query, body=body) < 500

    run()

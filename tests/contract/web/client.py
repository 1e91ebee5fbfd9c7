"""A client of web actions: headers as lists, paths as they are typed."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message

from whisk_platform.entities.identity import Identity

WEB = "/api/v1/web/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A whole response."""

    status: int
    lines: list[tuple[str, str]]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for header, value in self.lines if header == name]

    def header(self, name: str) -> str | None:
        """The only value of a header."""
        values = self.all(name)
        assert len(values) <= 1, (name, values)
        return values[0] if values else None

    @property
    def refusal(self) -> tuple[int, str]:
        """Status and sentence of an error, whose body stands on four lines."""
        document = self.json
        assert list(document) == ["error", "code"]
        assert document["code"] == self.header("x-request-id")
        assert self.header("content-type") == "application/json"
        assert len(self.text.splitlines()) == 4
        return self.status, document["error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Anybody, or somebody with a key."""

    app: ASGIApp

    async def call(
        self,
        path: str,
        *,
        method: str = "GET",
        headers: tuple[tuple[str, str], ...] = (),
        body: bytes = b"",
        key: Identity | str | None = None,
    ) -> Response:
        """Send one request.

        Args:
            path: below ``/api/v1/web/``, percent-encoded, with the query.
            method: upper case.
            headers: names in lower case, several of one name allowed.
            body: sent with its length.
            key: who asks: an identity, or the value of the Authorization header.
        """
        sent = [("host", "127.0.0.1:3233"), *headers]
        if isinstance(key, Identity):
            sent.append(("authorization", basic(key)))
        elif key is not None:
            sent.append(("authorization", key))
        if body:
            sent.append(("content-length", str(len(body))))
        raw, _, query = f"{WEB}{path}".partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(raw),
            "raw_path": raw.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in sent],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 3233),
        }
        return await _exchange(self.app, scope, body)


def basic(identity: Identity) -> str:
    """The Authorization header of an identity."""
    return f"Basic {base64.b64encode(str(identity.authkey).encode()).decode()}"


async def _exchange(app: ASGIApp, scope: dict[str, Any], body: bytes) -> Response:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, *parts = sent
    lines = [(name.decode(), value.decode()) for name, value in start["headers"]]
    received = b"".join(part["body"] for part in parts)
    return Response(status=start["status"], lines=lines, body=received)

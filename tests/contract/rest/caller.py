"""Speaking to the API in-process, as one identity: a small ASGI client."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode

from starlette.types import ASGIApp, Message

from whisk_platform.common.jsontext import loads
from whisk_platform.entities.identity import Identity

OWN = "/api/v1/namespaces/_/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An HTTP response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return loads(self.body)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def refusal(self) -> tuple[int, str]:
        """Status and sentence of an error, whose body has the contract's form."""
        document = self.json
        assert set(document) == {"error", "code"}
        assert document["code"] == self.headers["x-request-id"]
        assert self.headers["content-type"] == "application/json"
        return self.status, document["error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """One who calls: an identity, or nobody."""

    app: ASGIApp
    identity: Identity | None
    headers: dict[str, str] = field(default_factory=dict)
    """Sent with every request."""

    @property
    def name(self) -> str:
        """The identity's namespace."""
        assert self.identity is not None
        return self.identity.namespace

    async def get(self, path: str, **query: object) -> Reply:
        """GET; a path without a leading slash is below the caller's own namespace."""
        return await self.call("GET", path, query=query)

    async def put(self, path: str, body: object = None, **query: object) -> Reply:
        """PUT a value, or bytes as they are."""
        return await self.call("PUT", path, body=body, query=query)

    async def post(self, path: str, body: object = None, **query: object) -> Reply:
        """POST a value, or bytes as they are."""
        return await self.call("POST", path, body=body, query=query)

    async def delete(self, path: str, **query: object) -> Reply:
        """DELETE."""
        return await self.call("DELETE", path, query=query)

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        query: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """Send one request.

        Args:
            method: Upper case.
            path: Percent-encoded; without a leading slash below ``/api/v1/namespaces/_/``.
            body: None = nothing, bytes as they are, anything else as JSON.
            query: Parameters; booleans are spelled as JSON spells them.
            headers: Further ones, names in lower case; an empty value takes a header away.
        """
        content = b"" if body is None else body
        if not isinstance(content, bytes):
            content = json.dumps(content).encode()
        sent = {**self._own_headers(content), **self.headers, **(headers or {})}
        full = path if path.startswith("/") else OWN + path
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(full),
            "raw_path": full.encode(),
            "root_path": "",
            "query_string": urlencode(_spelled(query or {})).encode(),
            "headers": [(n.encode(), v.encode("latin-1")) for n, v in sent.items() if v],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 3233),
        }
        return await _exchange(self.app, scope, content)

    def _own_headers(self, content: bytes) -> dict[str, str]:
        headers = {"host": "127.0.0.1:3233"}
        if self.identity is not None:
            key = base64.b64encode(str(self.identity.authkey).encode()).decode()
            headers["authorization"] = f"Basic {key}"
        if content:
            headers["content-type"] = "application/json"
            headers["content-length"] = str(len(content))
        return headers


def _spelled(query: dict[str, object]) -> dict[str, str]:
    return {
        name: json.dumps(value) if isinstance(value, bool) else str(value)
        for name, value in query.items()
    }


async def _exchange(app: ASGIApp, scope: dict[str, Any], content: bytes) -> Reply:
    received: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Message) -> None:
        received.append(message)

    await app(scope, receive, send)
    start, *parts = received
    return Reply(
        status=start["status"],
        headers={name.decode(): value.decode() for name, value in start["headers"]},
        body=b"".join(part["body"] for part in parts),
    )

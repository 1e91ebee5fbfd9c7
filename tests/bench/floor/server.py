"""The floor's HTTP side: parse, look up, call, record, answer."""

import asyncio
import itertools
import time
from dataclasses import dataclass
from typing import cast

import httptools
import msgspec

from tests.bench.floor.pool import Pool

FINAL_HEADERS = b"\r\nContent-Type: application/json\r\nServer: floor\r\n\r\n"
REASONS = {200: b"OK", 401: b"Unauthorized", 404: b"Not Found"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """What a request is looked up in."""

    subjects: dict[bytes, str]
    """The value of the Authorization header → the subject's name."""
    actions: dict[bytes, Pool]
    """The path of an invocation → the processes that run the action."""


class Connection(asyncio.Protocol):
    """One client's keep-alive connection."""

    _ids = itertools.count()

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.WriteTransport | None = None
        self._begin()

    def _begin(self) -> None:
        self._url = b""
        self._authorization = b""
        self._body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the client's connection."""
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, which calls the methods below."""
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """Collect the request's path and query."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep the only header that matters."""
        if name.lower() == b"authorization":
            self._authorization = value

    def on_body(self, body: bytes) -> None:
        """Collect the parameters."""
        self._body += body

    def on_message_complete(self) -> None:
        """Look up the key and the action, and call it."""
        url, authorization, body = self._url, self._authorization, self._body
        self._begin()
        subject = self._registry.subjects.get(authorization)
        pool = self._registry.actions.get(httptools.parse_url(url).path)
        if subject is None:
            self._answer(401, b'{"error":"wrong key"}')
        elif pool is None:
            self._answer(404, b'{"error":"no such action"}')
        else:
            self._invoke(pool, subject, body or b"{}")

    def _invoke(self, pool: Pool, subject: str, body: bytes) -> None:
        start = time.time()

        def finish(result: bytes) -> None:
            self._answer(200, self._record(subject, start, result))

        pool.call(body, finish)

    def _record(self, subject: str, start: float, result: bytes) -> bytes:
        end = time.time()
        return msgspec.json.encode(
            {
                "activationId": f"{int(start * 1000):012x}{next(self._ids):020x}",
                "namespace": subject,
                "subject": subject,
                "name": "floor",
                "version": "0.0.1",
                "publish": False,
                "start": int(start * 1000),
                "end": int(end * 1000),
                "duration": int((end - start) * 1000),
                "logs": [],
                "annotations": [
                    {"key": "path", "value": f"{subject}/floor"},
                    {"key": "kind", "value": "python:3"},
                    {"key": "limits", "value": {"timeout": 60000, "memory": 256, "logs": 10}},
                ],
                "response": {
                    "status": "success",
                    "statusCode": 0,
                    "success": True,
                    "result": msgspec.Raw(result),
                },
            }
        )

    def _answer(self, status: int, body: bytes) -> None:
        if self._transport is not None:
            self._transport.write(
                b"HTTP/1.1 %d %b\r\nContent-Length: %d" % (status, REASONS[status], len(body))
                + FINAL_HEADERS
                + body
            )

    def connection_lost(self, error: Exception | None) -> None:
        """Answer nobody any more."""
        self._transport = None

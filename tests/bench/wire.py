"""HTTP as the load generators speak it: one request at a time on a keep-alive connection.

It parses no more of an answer than a generator must know, so that it costs far less than a server.
"""

import asyncio
import base64
import ssl
from abc import abstractmethod
from dataclasses import dataclass
from typing import cast

INIT_TIME = b'"initTime"'
"""Stands in the record of an activation that had to wait for its container's init."""

LENGTH = b"\r\ncontent-length:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A server."""

    host: str
    port: int
    tls: bool = False
    verify: bool = True
    """With TLS: whether its certificate must be a trusted one."""

    def context(self) -> ssl.SSLContext | None:
        """Return what TLS needs, or ``None`` for plain HTTP."""
        if not self.tls:
            return None
        context = ssl.create_default_context()
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def post(address: Address, path: str, key: str, body: str) -> bytes:
    """Return the bytes of a POST.

    Args:
        address: Where it goes.
        path: Path and query.
        key: ``uuid:key``, sent as Basic authentication.
        body: JSON.
    """
    token = base64.b64encode(key.encode()).decode()
    content = body.encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {address.host}:{address.port}\r\n"
        f"Authorization: Basic {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


@dataclass(frozen=True, slots=True)
class Answer:
    """What a generator needs to know of an answer."""

    status: int
    cold: bool
    text: bytes
    """The beginning of the body of an answer that is no success; empty otherwise."""


class Exchange(asyncio.Protocol):
    """One connection that has at most one request under way."""

    def __init__(self) -> None:
        self._buffer = b""
        self._transport: asyncio.WriteTransport | None = None
        self._over = False
        self.waiting = False

    @abstractmethod
    def ready(self) -> None:
        """Called once the connection is there."""

    @abstractmethod
    def answered(self, answer: Answer) -> None:
        """Called with each answer; the connection is free again."""

    @abstractmethod
    def gone(self, reason: str) -> None:
        """Called once, at the end; ``waiting`` tells whether an answer is lacking."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.WriteTransport, transport)
        self.ready()

    def send(self, request: bytes) -> None:
        """Send one request."""
        assert self._transport is not None
        self.waiting = True
        self._transport.write(request)

    def close(self) -> None:
        """End the connection."""
        assert self._transport is not None
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Pass the answer on when it is whole."""
        self._buffer = self._buffer + data if self._buffer else data
        head_end = self._buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = self._buffer[:head_end].lower()
        at = head.find(LENGTH)
        if at < 0:
            self._end("an answer came without a Content-Length")
            self.close()
            return
        length = int(head[at + len(LENGTH) :].split(b"\r\n", 1)[0])
        if len(self._buffer) < head_end + 4 + length:
            return
        body, self._buffer = self._buffer[head_end + 4 :], b""
        self.waiting = False
        status = int(head[9:12])
        self.answered(Answer(status, INIT_TIME in body, body[:200] if status > 299 else b""))

    def connection_lost(self, error: Exception | None) -> None:
        """Say why, if anybody waits."""
        self._end(f"the connection was lost: {error or 'closed by the server'}")

    def _end(self, reason: str) -> None:
        if not self._over:
            self._over = True
            self.gone(reason)

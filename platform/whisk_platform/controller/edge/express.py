"""The express way: a request that is byte for byte like an earlier one is not parsed again.

Clients send the same head over and over: same path, same key, same length. What was understood of
it once stands in a table by its bytes, and the handler is called at once, with no task, no scope
and no routing in between. Whatever is unusual takes the ordinary way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from whisk_platform.controller.consent import consents

Headers = Sequence[tuple[bytes, bytes]]
Reply = Callable[[bytes, bytes], None]
"""Sends an answer, once: its head without the empty line at the end, and its body."""

MOST_HEADS = 4_096
MOST_HEAD_BYTES = 2_048
MOST_BODY_BYTES = 64 << 10
"""Longer bodies arrive in pieces, and are no work for the event loop."""

HandledT = TypeVar("HandledT")


class Handler(Protocol[HandledT]):
    """Answers requests of one sort."""

    def understand(self, url: bytes, headers: Headers) -> HandledT | None:
        """What a head of a POST asks for; None = take the ordinary way.

        Args:
            url: path and query, as they came.
            headers: names in lower case.
        """

    def take(self, understood: HandledT, body: bytes, reply: Reply) -> bool:
        """Answer a request, now or later.

        Returns:
            False = nothing has happened; take the ordinary way.
        """


class Express(Generic[HandledT]):
    """The heads that have been understood."""

    def __init__(self, handler: Handler[HandledT]) -> None:
        self._handler = handler
        self._heads: dict[bytes, tuple[HandledT, int]] = {}
        self.taken = 0
        """Requests that went this way."""

    def learn(self, request: bytes, url: bytes, headers: Headers) -> None:
        """Remember a head.

        Args:
            request: a whole one, which the parser has found to be valid HTTP/1.1.
            url: of it.
            headers: of it.
        """
        end = request.find(b"\r\n\r\n") + 4
        length = len(request) - end
        if end > MOST_HEAD_BYTES or length > MOST_BODY_BYTES or not _is_plain(headers, length):
            return
        understood = self._handler.understand(url, headers)
        if understood is None:
            return
        if len(self._heads) >= MOST_HEADS:
            self._heads.clear()
        self._heads[request[:end]] = understood, length

    def take(self, request: bytes, reply: Reply) -> bool:
        """Answer a request if its head is known and nothing but its body follows."""
        end = request.find(b"\r\n\r\n") + 4
        known = self._heads.get(request[:end])
        if known is None or len(request) != end + known[1]:
            return False
        if not self._handler.take(known[0], request[end:], reply):
            return False
        self.taken += 1
        return True


def _is_plain(headers: Headers, length: int) -> bool:
    """Whether a body of so many bytes is all that a head announces."""
    announced = 0
    for name, value in headers:
        if name in (b"transfer-encoding", b"upgrade", b"connection", b"expect"):
            if name != b"connection" or value.lower() != b"keep-alive":
                return False
        elif name == b"content-length":
            if not value.isdigit():
                return False
            announced = int(value)
        elif name == b"accept" and not consents(value.decode("latin-1")):
            return False
    return announced == length


class _Nobody:
    """Stands where uvicorn wakes who reads a request piece by piece."""

    def set(self) -> None:
        """Nobody waits."""


class ExpressCycle:
    """One request and its answer, as uvicorn's connection looks at them."""

    __slots__ = ("disconnected", "keep_alive", "respond", "response_complete",
                 "response_started")  # fmt: skip

    body = b""
    more_body = False
    message_event = _Nobody()

    def __init__(self, respond: Callable[[ExpressCycle, bytes, bytes], None]) -> None:
        self.respond = respond
        self.keep_alive = True
        self.disconnected = False
        self.response_started = False
        self.response_complete = False

    def reply(self, head: bytes, body: bytes) -> None:
        """Send the answer; nobody gets it who has gone."""
        if not self.disconnected and not self.response_complete:
            self.respond(self, head, body)

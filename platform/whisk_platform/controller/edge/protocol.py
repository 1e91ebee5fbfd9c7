"""HTTP as one connection speaks it: uvicorn's protocol, with bounds on what it takes in.

uvicorn itself bounds neither the head of a request nor the time that it takes to arrive.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.server import ServerState

from whisk_platform.common.deadlines import deadlines
from whisk_platform.common.errors import WhiskError
from whisk_platform.common.ids import TransactionId, new_transaction_id
from whisk_platform.common.jsontext import dumps
from whisk_platform.controller.edge.express import Express, ExpressCycle
from whisk_platform.controller.edge.gathering import LARGE_BYTES, GatheringTransport
from whisk_platform.controller.edge.settings import EdgeSettings

OVERSIZED = "whisk.oversized"
"""Key in the scope of a request that announces a longer body than anybody may send."""
_DISCARDED_BYTES = 256 << 20
"""What is read of a body that was refused, so that its sender gets to the answer."""
_NUMBER = re.compile(rb"[0-9]{1,18}")
_NOT_HTTP = (400, "The request is not valid HTTP.")


class _RefusedError(WhiskError):
    """The head of the request is too long."""


class EdgeProtocol(HttpToolsProtocol):
    """One connection."""

    # The base has nearly as many attributes as the interpreter reads quickly; ours stand beside.
    __slots__ = ("_between", "_bytes", "_deadlines", "_express", "_in_head", "_most_head",
                 "_most_uri", "_piece_bytes", "_progress", "_refusal", "_requests", "_settings",
                 "_since", "_whole")  # fmt: skip

    def __init__(
        self,
        settings: EdgeSettings,
        *,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        express: Express[Any] | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._settings = settings
        self._most_uri = settings.uri_bytes
        self._most_head = settings.uri_bytes + settings.head_bytes
        self._refusal = _NOT_HTTP
        self._in_head = False
        self._piece_bytes = 0
        self._bytes = 0
        """Of the pieces that hold the request; what else they hold counts, too."""
        self._requests = 0
        self._express = express
        self._deadlines = deadlines()
        self._between = True
        """Whether what comes next is the beginning of a request."""
        self._whole: bytes | None = None
        """The piece that is being read, if it begins with a request."""
        self._progress: tuple[object, ...] | None = None
        self._since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected."""
        super().connection_made(transport)
        self.transport = cast(asyncio.Transport, GatheringTransport(transport, self.loop))
        if self._settings.https_port is not None and self.scheme == "http":
            self._express = None

    def data_received(self, data: bytes) -> None:
        """Take in what has arrived."""
        if self._express is not None:
            if self._between and data.startswith(b"POST ") and self._is_free():
                if self._take_express(self._express, data):
                    return
                self._whole = data
            else:
                self._whole = None
        self._piece_bytes = len(data)
        self._bytes += self._piece_bytes
        if self._bytes <= self._most_head or self._may_go_on():
            super().data_received(data)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._requests += 1
        self._between = False
        self._in_head = True
        self._bytes = self._piece_bytes

    def on_url(self, url: bytes) -> None:
        """A piece of the path or the query."""
        self.url += url
        if len(self.url) > self._most_uri:
            text = f"The request URI is longer than {self._most_uri} bytes."
            self._refusal = (414, text)
            raise _RefusedError

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; does what the inherited method does, too."""
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        elif name == b"content-length":
            self._check_length(value)
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._in_head = False
        if self._bytes > self._settings.head_bytes:
            self._check_head()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is there."""
        super().on_message_complete()
        self._between = True
        if self._whole is not None:
            request, self._whole = self._whole, None
            alike = self.parser.should_keep_alive() and self.parser.get_http_version() == "1.1"
            if self._express is not None and alike and OVERSIZED not in self.scope:
                self._express.learn(request, self.url, self.headers)

    def on_response_complete(self) -> None:
        """An answer is out; does what the inherited method does, with a cheaper alarm."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        alarm = self._deadlines.set(self.timeout_keep_alive, self.timeout_keep_alive_handler)
        self.timeout_keep_alive_task = cast(asyncio.TimerHandle, alarm)

    def _is_free(self) -> bool:
        """Whether no request is under way, and the client takes in what it gets."""
        done = self.cycle is None or self.cycle.response_complete
        return done and not self.flow.write_paused and not self.transport.is_closing()

    def _take_express(self, express: Express[Any], request: bytes) -> bool:
        before = self.cycle
        cycle = ExpressCycle(self._respond)
        self.cycle = cast(RequestResponseCycle, cycle)
        self._unset_keepalive_if_required()
        if express.take(request, cycle.reply):
            self._requests += 1
            return True
        self.cycle = before
        return False

    def _respond(self, cycle: ExpressCycle, head: bytes, body: bytes) -> None:
        cycle.response_started = cycle.response_complete = True
        transport = cast(GatheringTransport, self.transport)
        if not cycle.keep_alive:
            head += b"connection: close\r\n"
        if len(body) > LARGE_BYTES:
            transport.write_whole(head + b"\r\n")
            transport.write_whole(body)
        else:
            transport.write_whole(b"%b\r\n%b" % (head, body))
        if not cycle.keep_alive:
            self.transport.close()
        self.on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot become a request; uvicorn's sentence is replaced by ours."""
        self._refuse(*self._refusal)

    def is_stalled(self, now: float) -> bool:
        """Whether the client has sent nothing of what it owes for too long.

        Args:
            now: monotonic seconds; to be asked again and again.
        """
        progress = self._awaited()
        if progress is None or progress != self._progress:
            self._progress, self._since = progress, now
            return False
        return now - self._since >= self._settings.read_timeout_s

    def give_up(self) -> None:
        """End a connection that has stalled; who waits for the rest of the request is told."""
        cycle = self.cycle
        started = cycle is not None and cycle.response_started and not self._in_head
        if self._requests and not started:
            seconds = f"{self._settings.read_timeout_s:g}"
            self._refuse(408, f"The rest of the request did not arrive within {seconds} s.")
        else:
            self.transport.close()
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()

    def _awaited(self) -> tuple[object, ...] | None:
        """What the client has to send next, and how far it is; None if it is not its turn."""
        if self.transport is None or self.transport.is_closing():
            return None
        if not self._requests:
            return ("first request",)
        if self._in_head:
            return ("head", self._requests)
        cycle = self.cycle
        if cycle is None or not cycle.more_body or self.flow.read_paused:
            return None
        if cycle.response_complete and self.timeout_keep_alive_task is not None:
            return None
        return ("body", self._requests, self._bytes)

    def _may_go_on(self) -> bool:
        """Whether so long a request may get longer."""
        # A header whose end is still to come nobody else bounds.
        if self._in_head and self._bytes > 2 * self._most_head:
            self._refuse(431, self._head_too_long())
            return False
        if self._bytes > _DISCARDED_BYTES:
            self.transport.abort()
            return False
        return True

    def _check_head(self) -> None:
        """Count exactly, now that it is worth the while."""
        length = sum(len(name) + len(value) for name, value in self.headers)
        if length > self._settings.head_bytes:
            self._refusal = (431, self._head_too_long())
            raise _RefusedError

    def _check_length(self, value: bytes) -> None:
        announced = int(value) if _NUMBER.fullmatch(value) else self._settings.request_bytes + 1
        if announced > self._settings.request_bytes:
            cast(dict[str, Any], self.scope)[OVERSIZED] = True

    def _head_too_long(self) -> str:
        return f"The request headers are longer than {self._settings.head_bytes} bytes."

    def _refuse(self, status: int, message: str) -> None:
        transid = self._transaction_id()
        body = dumps({"error": message, "code": transid})
        head = (
            b"x-request-id: %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n"
            b"connection: close\r\n\r\n" % (transid.encode("latin-1"), len(body))
        )
        self.transport.write(STATUS_LINE[status] + head + body)
        self.transport.close()

    def _transaction_id(self) -> TransactionId:
        for name, value in self.headers or ():
            if name == b"x-request-id" and not value.startswith(b"sid_"):
                return TransactionId(value.decode("latin-1"))
        return new_transaction_id()

"""A server that streams: it answers each watch with the next of its streams."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.contract.cli.driver import Wsk
from tests.waiting import DEADLINE_S

OPENING = b": watching\nretry: 2000\nid: 100\n\n"


def event(name: str, data: object, identifier: int | None = None) -> bytes:
    """One event as the platform sends it."""
    number = "" if identifier is None else f"id: {identifier}\n"
    return f"event: {name}\n{number}data: {json.dumps(data)}\n\n".encode()


@dataclass(slots=True)
class Streamer:
    """Answers each watch with the next of its streams, and lists with what it has.

    After its last stream it refuses to stream. A stream that ends with ``STAYS`` is left open.
    """

    streams: list[bytes]
    listed: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """Targets, and the ids that clients came back with."""
    over: threading.Event = field(default_factory=threading.Event)
    address: str = ""


STAYS = b": stays\n\n"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    streamer: Streamer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        streamer = self.server.streamer
        target = self.path.removeprefix("/api/v1/namespaces/_/")
        streamer.asked.append((target, self.headers.get("Last-Event-ID")))
        if "watch=true" in target and streamer.streams:
            self._stream(streamer.streams.pop(0))
        else:
            self._answer(json.dumps(streamer.listed).encode())

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, text: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for start in range(0, len(text), 7):
            piece = text[start : start + 7]
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        if text.endswith(STAYS):
            self.server.streamer.over.wait(DEADLINE_S)
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        pass


@contextmanager
def _running(streamer: Streamer) -> Iterator[Streamer]:
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.streamer = streamer
        streamer.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), name="streamer")
        thread.start()
        try:
            yield streamer
        finally:
            streamer.over.set()
            server.shutdown()
            thread.join()


@contextmanager
def told(wsk: Wsk, *streams: bytes, **rest: Any) -> Iterator[Streamer]:
    with _running(Streamer(list(streams), **rest)) as streamer:
        wsk.host = streamer.address
        yield streamer

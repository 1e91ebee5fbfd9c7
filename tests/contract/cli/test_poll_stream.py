"""Polling a server that streams: it is not asked again and again, and the same is printed."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.contract.cli.driver import Outcome, Wsk
from tests.contract.cli.test_poll import GREETING, _activation, _poll, _shown
from tests.waiting import DEADLINE_S

START = 4_102_444_800_000
"""After any time at which a poll can begin."""


def _event(name: str, data: object, identifier: int | None = None) -> bytes:
    """One event as the platform sends it."""
    number = "" if identifier is None else f"id: {identifier}\n"
    return f"event: {name}\n{number}data: {json.dumps(data)}\n\n".encode()


def _end(name: str, identifier: int, *logs: str) -> bytes:
    return _event("end", _activation(name, START + identifier, *logs), identifier)


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
def _told(wsk: Wsk, *streams: bytes, **rest: Any) -> Iterator[Streamer]:
    with _running(Streamer(list(streams), **rest)) as streamer:
        wsk.host = streamer.address
        yield streamer


OPENING = b": watching\nretry: 2000\nid: 100\n\n"


def test_what_is_told_is_shown_once_and_nothing_else_is_asked(wsk: Wsk) -> None:
    ends = _end("a", 101, "x", "y") + _end("b", 102)
    with _told(wsk, OPENING + ends + _end("a", 101) + STAYS) as streamer:
        outcome = _poll(wsk)
    assert outcome == Outcome(code=0, out=GREETING + _shown("a", "x", "y") + _shown("b"))
    assert streamer.asked == [("activations?watch=true&events=end&limit=1&docs=true", None)]


def test_a_name_is_told_to_the_server(wsk: Wsk) -> None:
    with _told(wsk, OPENING + STAYS) as streamer:
        assert _poll(wsk, "/ns/p/a") == Outcome(code=0, out=GREETING)
    target = "activations?watch=true&events=end&limit=1&docs=true&name=p%2Fa"
    assert streamer.asked == [(target, None)]


def test_beginning_some_time_ago_lists_newest_first_before_it_listens(wsk: Wsk) -> None:
    """What ends between the two is shown once."""
    listed = [_activation("new", START + 2), _activation("old", START + 1)]
    told = _event("end", listed[0], 101) + _event("end", _activation("last", START + 3), 102)
    with _told(wsk, OPENING + told + STAYS, listed=listed) as streamer:
        outcome = _poll(wsk, "--since-minutes", "1")
    shown = _shown("new") + _shown("old") + _shown("last")
    assert outcome == Outcome(code=0, out=GREETING + shown)
    assert [target.partition("since=")[0] for target, _ in streamer.asked] == [
        "activations?watch=true&events=end&limit=1&docs=true",
        "activations?docs=true&limit=0&",
    ]


@pytest.mark.parametrize(
    "broken",
    [
        _event("overflow", {"reason": "too slow"}),
        _event("bye", {"reason": "stopping"}),
        b"",
        b"event: end\nid: 999\ndata: {",
        b": a comment\n\nid: 105\n\n",
    ],
)
def test_a_stream_that_ends_is_taken_up_where_it_ended(wsk: Wsk, broken: bytes) -> None:
    """An event that did not come whole does not count, and its id neither."""
    first = OPENING + _end("a", 101) + broken
    with _told(wsk, first, OPENING + _end("b", 200) + STAYS) as streamer:
        outcome = _poll(wsk)
    assert outcome == Outcome(code=0, out=GREETING + _shown("a") + _shown("b"))
    expected = "105" if b"105" in broken else "101"
    assert [identifier for _, identifier in streamer.asked] == [None, expected]


def test_a_server_that_stops_streaming_is_polled(wsk: Wsk) -> None:
    told = _event("end", _activation("a", START), 101)
    listed = [_activation("b", START + 1), _activation("a", START)]
    with _told(wsk, OPENING + told, listed=listed) as streamer:
        outcome = _poll(wsk)
    assert outcome == Outcome(code=0, out=GREETING + _shown("a") + _shown("b"))
    assert [target.partition("&")[0] for target, _ in streamer.asked[:3]] == [
        "activations?watch=true",
        "activations?watch=true",
        "activations?docs=true",
    ]


def test_numbers_and_broken_data_do_not_end_the_poll(wsk: Wsk) -> None:
    odd = b"data: no json\n\nevent: end\ndata:\n\nevent: end\ndata: 7\n\nnonsense\n\n"
    with _told(wsk, OPENING + _end("a", 101) + odd + _end("b", 102) + STAYS):
        outcome = _poll(wsk)
    assert outcome.code == 0
    assert outcome.out.startswith(GREETING + _shown("a"))
    assert outcome.out.endswith(_shown("b"))

"""Clients of the live stream, in a process of their own.

``python -m tests.bench.crowd`` opens the streams that one line of JSON on standard input names,
says ``ready``, reads until standard input ends, and prints what it has seen.
"""

import asyncio
import base64
import json
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import uvloop


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to do."""

    host: str
    port: int
    keys: list[str]
    """``uuid:key`` of each namespace; used in turn."""
    paths: list[str]
    """Of the requests; used in turn."""
    watchers: int

    def head(self, number: int) -> bytes:
        """The request with this number."""
        key = self.keys[number % len(self.keys)]
        token = base64.b64encode(key.encode()).decode()
        path = self.paths[number // len(self.keys) % len(self.paths)]
        return (
            f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\nAuthorization: Basic {token}\r\n"
            f"Accept: text/event-stream\r\n\r\n"
        ).encode()


class Stream(asyncio.Protocol):
    """One client that only counts."""

    def __init__(self, request: bytes, seen: Counter[str], began: Callable[[], None]) -> None:
        self._request = request
        self._seen = seen
        self._began = began

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        cast(asyncio.WriteTransport, transport).write(self._request)

    def data_received(self, data: bytes) -> None:
        """Count what has come; an event that is cut in two may be missed."""
        self._seen["bytes"] += len(data)
        self._seen["pieces"] += 1
        if data.startswith(b"HTTP/1.1 200"):
            self._seen["streams"] += 1
            self._began()
        self._seen["ends"] += data.count(b"event: end")
        self._seen["overflows"] += data.count(b"event: overflow")


async def watch(order: Order) -> dict[str, Any]:
    """Watch until standard input ends."""
    loop = asyncio.get_running_loop()
    seen: Counter[str] = Counter()
    everybody: asyncio.Future[None] = loop.create_future()

    def began() -> None:
        if seen["streams"] == order.watchers:
            everybody.set_result(None)

    for number in range(order.watchers):
        request = order.head(number)
        await loop.create_connection(partial(Stream, request, seen, began), order.host, order.port)
    await asyncio.wait_for(everybody, 60)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    return dict(seen)


def main() -> None:
    """Do what the order on standard input says."""
    order = Order(**json.loads(sys.stdin.readline()))
    sys.stdout.write(json.dumps(uvloop.run(watch(order))) + "\n")


if __name__ == "__main__":
    main()

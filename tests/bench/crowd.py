"""Clients of the live stream, and calls at a steady rate: each a process of its own.

``python -m tests.bench.crowd watch`` opens the streams that one line of JSON on standard input
names, says ``ready``, reads until standard input ends, and prints what it has seen. ``… call``
sends blocking calls at a steady rate, whether or not earlier ones have been answered, and prints
their latencies.
"""

import asyncio
import base64
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import uvloop

AT_ONCE = 200
"""Calls under way, at most: beyond, the rate is not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to do."""

    host: str
    port: int
    keys: list[str]
    """``uuid:key`` of each namespace; used in turn."""
    paths: list[str]
    """Of the requests; used in turn."""
    watchers: int = 0
    rate: float = 0.0
    """Calls per second."""
    seconds: float = 0.0

    def head(self, number: int, method: str, rest: str = "") -> bytes:
        """The request with this number."""
        key = self.keys[number % len(self.keys)]
        token = base64.b64encode(key.encode()).decode()
        path = self.paths[number // len(self.keys) % len(self.paths)]
        return (
            f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\nAuthorization: Basic {token}\r\n"
            f"{rest}\r\n"
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
        request = order.head(number, "GET", "Accept: text/event-stream\r\n")
        await loop.create_connection(partial(Stream, request, seen, began), order.host, order.port)
    await asyncio.wait_for(everybody, 60)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    return dict(seen)


async def call(order: Order) -> dict[str, Any]:
    """Send calls at a steady rate, for so many seconds."""
    loop = asyncio.get_running_loop()
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    latencies: list[float] = []
    failures = 0

    async def one(number: int) -> None:
        nonlocal failures
        reader, writer = (
            idle.pop() if idle else await asyncio.open_connection(order.host, order.port)
        )
        body = "Content-Type: application/json\r\nContent-Length: 2\r\n"
        began = time.perf_counter()
        writer.write(order.head(number, "POST", body) + b"{}")
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        await reader.readexactly(int(head.partition(b"content-length:")[2].split(b"\r")[0]))
        latencies.append((time.perf_counter() - began) * 1_000)
        failures += b" 200 " not in head[:16]
        idle.append((reader, writer))

    under_way: set[asyncio.Task[None]] = set()
    began, number = loop.time(), 0
    while (due := began + number / order.rate) < began + order.seconds:
        await asyncio.sleep(max(0.0, due - loop.time()))
        while len(under_way) >= AT_ONCE:
            await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.create_task(one(number))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
        number += 1
    if under_way:
        await asyncio.wait(under_way)
    for _, writer in idle:
        writer.close()
    elapsed = loop.time() - began
    return {"latencies_ms": latencies, "failures": failures, "rate": number / elapsed}


def main() -> None:
    """Do what the first argument says with the order on standard input."""
    order = Order(**json.loads(sys.stdin.readline()))
    done = uvloop.run(watch(order) if sys.argv[1] == "watch" else call(order))
    sys.stdout.write(json.dumps(done) + "\n")


if __name__ == "__main__":
    main()

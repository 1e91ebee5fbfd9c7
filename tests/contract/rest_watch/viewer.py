"""One who watches over HTTP, and reads events as a browser does."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.contract.assembly import GUEST
from tests.waiting import eventually
from whisk_platform.entities.identity import Identity

ACTIVATIONS = "/api/v1/namespaces/_/activations?watch=true"


@dataclass(frozen=True, slots=True)
class Told:
    """One event."""

    event: str
    data: Any
    id: int | None


@dataclass(slots=True)
class Viewer:
    """A stream that is being read."""

    status: int
    headers: dict[str, str]
    told: list[Told] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    last_id: int = 0
    retry: int = 0
    ended: bool = False
    """Whether the server has ended the stream properly."""
    body: bytes = b""
    """Of an answer that is no stream."""

    def of(self, event: str) -> list[Told]:
        """The events with a name, so far."""
        return [told for told in self.told if told.event == event]

    def names(self) -> list[tuple[str, str]]:
        """Events and the names of their activations, where they have one."""
        return [(told.event, told.data.get("name", "")) for told in self.told]

    @property
    def ends(self) -> list[str]:
        """Activation ids of the ends, so far."""
        return [told.data["activationId"] for told in self.of("end")]

    async def until(self, condition: Callable[[], Any], what: str) -> None:
        """Wait until a condition on what was read holds."""
        await eventually(lambda: bool(condition()), what)

    async def until_told(self, event: str, count: int = 1) -> list[Told]:
        """Wait for so many events of a name."""
        await self.until(lambda: len(self.of(event)) >= count, f"{count} times {event}")
        return self.of(event)

    def take(self, block: str) -> None:
        """Read what stands between two blank lines."""
        name, data, identifier = "", list[str](), None
        for line in block.split("\n"):
            key, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if key == "":
                self.comments.append(value)
            elif key == "event":
                name = value
            elif key == "data":
                data.append(value)
            elif key == "id":
                identifier = int(value)
            elif key == "retry":
                self.retry = int(value)
            else:
                raise AssertionError(line)
        if identifier is not None:
            assert identifier >= self.last_id, "ids grow"
            self.last_id = identifier
        if data:
            self.told.append(Told(name, json.loads("\n".join(data)), identifier))


@asynccontextmanager
async def watching(
    host: str,
    port: int,
    query: str = "",
    *,
    user: Identity | None = GUEST,
    headers: dict[str, str] | None = None,
    path: str = ACTIVATIONS,
) -> AsyncIterator[Viewer]:
    """Open a stream and read it until the block ends.

    Args:
        host: where to connect.
        port: likewise.
        query: further parameters, beginning with ``&``.
        user: who watches; None = nobody.
        headers: further ones.
        path: of the request, with its query.
    """
    reader, writer = await asyncio.open_connection(host, port)
    sent = {"Host": host, "Accept": "text/event-stream", **(headers or {})}
    if user is not None:
        sent["Authorization"] = basic(user)
    lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items() if value)
    writer.write(f"GET {path}{query} HTTP/1.1\r\n{lines}\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *rest = head.strip().split("\r\n")
    viewer = Viewer(
        status=int(first.split()[1]),
        headers={name.lower(): value for name, _, value in (line.partition(": ") for line in rest)},
    )
    if "content-length" in viewer.headers:
        viewer.body = await reader.readexactly(int(viewer.headers["content-length"]))
    reading = asyncio.create_task(_read(viewer, reader), name="viewer")
    try:
        if viewer.status == 200:
            await viewer.until(lambda: viewer.last_id, "the stream to begin")
        yield viewer
    finally:
        reading.cancel()
        writer.close()
        await asyncio.gather(reading, writer.wait_closed(), return_exceptions=True)


def basic(user: Identity) -> str:
    """The header of an identity."""
    return "Basic " + base64.b64encode(str(user.authkey).encode()).decode()


async def _read(viewer: Viewer, reader: asyncio.StreamReader) -> None:
    text = b""
    while viewer.status == 200:
        size = int(await reader.readline() or b"0", 16)
        text += (await reader.readexactly(size + 2))[:-2]
        if size == 0:
            viewer.ended = True
            return
        *blocks, text = text.split(b"\n\n")
        for block in blocks:
            viewer.take(block.decode())

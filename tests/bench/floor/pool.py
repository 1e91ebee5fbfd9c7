"""The floor's containers: ready processes with one call at a time each, and the calls that wait."""

import asyncio
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import cast

ACTION = Path(__file__).with_name("action.py")

Callback = Callable[[bytes], None]


class Process(asyncio.Protocol):
    """One ready action process, seen from the server."""

    def __init__(self, released: Callable[["Process"], None]) -> None:
        self._released = released
        self._buffer = bytearray()
        self._callback: Callback | None = None
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the channel to the process."""
        self._transport = cast(asyncio.WriteTransport, transport)

    def call(self, payload: bytes, callback: Callback) -> None:
        """Send one frame; the callback gets the payload of the answer, without its status."""
        assert self._transport is not None
        self._callback = callback
        self._transport.write(b"R" + len(payload).to_bytes(4, "big") + payload)

    def data_received(self, data: bytes) -> None:
        """Collect the answer's frame; when it is whole, pass it on and become free."""
        self._buffer += data
        if len(self._buffer) < 5:
            return
        end = 5 + int.from_bytes(self._buffer[1:5], "big")
        if len(self._buffer) < end:
            return
        answer = bytes(self._buffer[8:end])
        del self._buffer[:end]
        callback, self._callback = self._callback, None
        self._released(self)
        if callback is not None:
            callback(answer)


class Pool:
    """Ready processes and the calls that wait for one, at most one for each open connection."""

    def __init__(self) -> None:
        self._children: list[subprocess.Popen[bytes]] = []
        self._ready: list[Process] = []
        self._waiting: deque[tuple[bytes, Callback]] = deque()

    async def start(self, size: int) -> None:
        """Start the processes.

        Args:
            size: How many calls can run at the same time.
        """
        loop = asyncio.get_running_loop()
        for _ in range(size):
            _, process = await loop.create_unix_connection(
                lambda: Process(self._release), sock=self._spawn()
            )
            self._ready.append(process)
        # Each process answers once before the pool counts as ready.
        await asyncio.gather(*(self._probe() for _ in range(size)))

    def call(self, payload: bytes, callback: Callback) -> None:
        """Run one call on a free process, or as soon as one is free."""
        if self._ready:
            self._ready.pop().call(payload, callback)
        else:
            self._waiting.append((payload, callback))

    def _spawn(self) -> socket.socket:
        """Start one process and return our end of its channel."""
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-I", "-S", str(ACTION), str(theirs.fileno())]
            self._children.append(
                subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
            )
        return ours

    async def _probe(self) -> None:
        answered: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.call(b"{}", answered.set_result)
        await answered

    def _release(self, process: Process) -> None:
        if self._waiting:
            process.call(*self._waiting.popleft())
        else:
            self._ready.append(process)

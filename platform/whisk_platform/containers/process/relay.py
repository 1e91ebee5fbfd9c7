"""Carries connections from sandboxes without a network to the API host, and to nothing else.

Each sandbox opens its listeners inside of its own network and sends them here before any code of an
action runs; what arrives on them is joined with a new connection to the API host. Bytes are passed
on unread, so TLS is the action's own matter. Whoever reads slowly slows down whoever writes.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from typing import cast

from whisk_platform.common.metrics import Family, counter, gauge
from whisk_platform.containers.process.apihost import ApiHost
from whisk_platform.host.sandbox import network

MOST_OF_ONE = 128
"""Connections of one sandbox at once; more wait in its listeners' queues."""
MOST = 4096
"""Connections of all sandboxes at once."""
_ACCEPT_AT_ONCE = 16
_CONNECT_SECONDS = 10.0
_BUFFER_BYTES = 256 << 10


class Relay:
    """The way to the API host for all sandboxes of a factory."""

    def __init__(self, host: ApiHost) -> None:
        """Open nothing yet.

        Args:
            host: where everything goes.
        """
        self.host = host
        self._loop = asyncio.get_running_loop()
        self._messages: socket.socket | None = None
        self._route: socket.socket | None = None
        self._doors: dict[int, _Door] = {}
        self.carried = 0
        """Connections so far."""
        self.refused = 0
        """Connections for which the API host could not be reached."""

    def start(self) -> None:
        """Be ready for listeners."""
        self._messages, self._route = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._messages.setblocking(False)
        self._loop.add_reader(self._messages, self._on_message)

    def expect(self, number: int) -> int:
        """Let a sandbox send its listeners.

        Args:
            number: of the sandbox, never used again.

        Returns:
            The descriptor to which it sends them; the caller's to pass on and to close.
        """
        assert self._route is not None, "the relay has been started"
        route = os.dup(self._route.fileno())
        self._doors[number] = _Door(self)
        return route

    def release(self, number: int) -> None:
        """End everything of a sandbox that is gone. Idempotent."""
        door = self._doors.pop(number, None)
        if door is not None:
            door.close()

    @property
    def connections(self) -> int:
        """How many there are now."""
        return sum(len(door.tasks) for door in self._doors.values())

    def metrics(self) -> tuple[Family, ...]:
        """What has been carried."""
        name = "whisk_relay"
        return (
            gauge(
                f"{name}_connections", "Connections of sandboxes to the API host.", self.connections
            ),
            counter(f"{name}_carried", "Connections that were carried.", self.carried),
            counter(
                f"{name}_refused", "Connections that found no API host or no room.", self.refused
            ),
        )

    async def close(self) -> None:
        """End everything. Never raises."""
        messages, self._messages = self._messages, None
        if messages is not None:
            self._loop.remove_reader(messages)
            messages.close()
        if self._route is not None:
            self._route.close()
        tasks = [task for door in self._doors.values() for task in door.tasks]
        for number in list(self._doors):
            self.release(number)
        if tasks:
            await asyncio.wait(tasks)

    def _on_message(self) -> None:
        assert self._messages is not None
        try:
            received = network.receive(self._messages)
        except (BlockingIOError, InterruptedError):
            return
        except (OSError, ValueError):
            received = None
        if received is None:
            self._loop.remove_reader(self._messages)
            return
        number, listeners = received
        door = self._doors.get(number)
        if door is None:  # its sandbox ended while the message was under way
            for listener in listeners:
                listener.close()
            return
        door.open(listeners)


class _Door:
    """The listeners and connections of one sandbox."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._loop = asyncio.get_running_loop()
        self._listeners: list[socket.socket] = []
        self._listening = False
        self.tasks: set[asyncio.Task[None]] = set()

    def open(self, listeners: list[socket.socket]) -> None:
        self._listeners = listeners
        self._listen()

    def close(self) -> None:
        self._rest()
        for listener in self._listeners:
            listener.close()
        self._listeners = []
        for task in self.tasks:
            task.cancel()

    def _listen(self) -> None:
        if not self._listening:
            self._listening = True
            for listener in self._listeners:
                self._loop.add_reader(listener, self._accept, listener)

    def _rest(self) -> None:
        if self._listening:
            self._listening = False
            for listener in self._listeners:
                self._loop.remove_reader(listener)

    def _accept(self, listener: socket.socket) -> None:
        for _ in range(_ACCEPT_AT_ONCE):
            if len(self.tasks) >= MOST_OF_ONE:
                self._rest()
                return
            try:
                inner, _ = listener.accept()
            except (BlockingIOError, InterruptedError):
                return
            except OSError:  # no descriptors are left: what waits is accepted when one ends
                self._rest()
                self._loop.call_later(1.0, self._listen_again)
                return
            inner.setblocking(False)
            task = self._loop.create_task(self._carry(inner), name="relay connection")
            self.tasks.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        self._listen_again()

    def _listen_again(self) -> None:
        if self._listeners and len(self.tasks) < MOST_OF_ONE:
            self._listen()

    async def _carry(self, inner: socket.socket) -> None:
        """Join a connection with one to the API host until both sides have ended it."""
        relay = self._relay
        here, there = _Side(), _Side()
        here.other, there.other = there, here
        try:
            if relay.connections > MOST:
                raise ConnectionRefusedError("too many connections")
            async with asyncio.timeout(_CONNECT_SECONDS):
                await self._loop.create_connection(lambda: there, relay.host.host, relay.host.port)
            await self._loop.connect_accepted_socket(lambda: here, inner)
            relay.carried += 1
            await asyncio.gather(here.ended, there.ended)
        except (OSError, TimeoutError):
            relay.refused += 1
        finally:
            for side in (here, there):
                side.abort()
            with contextlib.suppress(OSError):
                inner.close()


class _Side(asyncio.Protocol):
    """One end of a carried connection: what it receives, its other side sends."""

    def __init__(self) -> None:
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.other: _Side | None = None
        self._transport: asyncio.Transport | None = None
        self._heard_all = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast(asyncio.Transport, transport)  # another loop's own class is none of them
        self._transport = transport
        transport.set_write_buffer_limits(high=_BUFFER_BYTES)
        other = self.other
        if other is None or other.ended.done():
            transport.close()
        elif other._transport is None:
            transport.pause_reading()  # nobody is there yet to send what comes
        else:
            other._transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        if self.other is not None and self.other._transport is not None:
            self.other._transport.write(data)

    def eof_received(self) -> bool:
        self._heard_all = True
        other = self.other
        if other is None or other._transport is None:
            return False
        if other._heard_all:  # nothing comes from either side any more: send the rest and close
            other._transport.close()
            return False
        with contextlib.suppress(OSError, RuntimeError):  # it is closing already
            other._transport.write_eof()
        return True

    def pause_writing(self) -> None:
        transport = self.other._transport if self.other is not None else None
        if transport is not None:
            transport.pause_reading()

    def resume_writing(self) -> None:
        transport = self.other._transport if self.other is not None else None
        if transport is not None:
            transport.resume_reading()

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        if not self.ended.done():
            self.ended.set_result(None)
        other = self.other
        if other is not None and other._transport is not None:
            other._transport.close()

    def abort(self) -> None:
        """Close at once; no effect on one that has ended."""
        if self._transport is not None:
            self._transport.abort()

"""Accepting connections where TLS is spoken: who speaks plain HTTP is told apart by one byte."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from collections.abc import Callable

from whisk_platform.common.logging import get_logger

_HANDSHAKE = b"\x16"
"""The first byte of a TLS connection, and of no HTTP request."""
_FIRST_BYTE_S = 15.0
_HANDSHAKE_S = 30.0
_GREETED = 4096
"""Connections at once that have not shown yet what they speak; further ones wait."""
_EXHAUSTED = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM))
_REST_S = 1.0

_log = get_logger("http")


class Acceptor:
    """Takes connections from one listener."""

    def __init__(
        self,
        listener: socket.socket,
        context: ssl.SSLContext,
        protocol: Callable[[], asyncio.Protocol],
    ) -> None:
        """Make an acceptor.

        Args:
            listener: bound, listening, not blocking; closed in the end.
            context: for those who speak TLS.
            protocol: makes the protocol of a connection, whichever it speaks.
        """
        self._listener = listener
        self._context = context
        self._protocol = protocol
        self._greeting = asyncio.Semaphore(_GREETED)
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Accept until canceled."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                await self._greeting.acquire()
                connection = await self._accept(loop)
                if connection is None:
                    self._greeting.release()
                    continue
                task = loop.create_task(self._greet(loop, connection), name="tls_greeting")
                self._tasks.add(task)
                task.add_done_callback(self._greeted)
        finally:
            self._listener.close()
            for task in self._tasks:
                task.cancel()

    async def _accept(self, loop: asyncio.AbstractEventLoop) -> socket.socket | None:
        try:
            connection, _ = await loop.sock_accept(self._listener)
        except OSError as error:
            if error.errno in _EXHAUSTED:
                _log.error("accepting_paused", error=error.strerror)
                await asyncio.sleep(_REST_S)
            return None
        return connection

    def _greeted(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._greeting.release()
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("greeting_failed", exc_info=error)

    async def _greet(self, loop: asyncio.AbstractEventLoop, connection: socket.socket) -> None:
        """Find out what a connection speaks, and serve it so."""
        try:
            async with asyncio.timeout(_FIRST_BYTE_S):
                first = await _peek(loop, connection)
            if not first:
                connection.close()
            elif first == _HANDSHAKE:
                await loop.connect_accepted_socket(
                    self._protocol,
                    connection,
                    ssl=self._context,
                    ssl_handshake_timeout=_HANDSHAKE_S,
                )
            else:
                await loop.connect_accepted_socket(self._protocol, connection)
        except ssl.SSLError as error:
            _log.info("tls_handshake_failed", reason=error.reason or str(error))
        except (OSError, TimeoutError):
            # The client went away, or said nothing.
            connection.close()
        except asyncio.CancelledError:
            connection.close()
            raise


async def _peek(loop: asyncio.AbstractEventLoop, connection: socket.socket) -> bytes:
    """The first byte, left where it is; empty if the client has gone."""
    connection.setblocking(False)
    readable: asyncio.Future[None] = loop.create_future()

    def arrived() -> None:
        if not readable.done():
            readable.set_result(None)

    loop.add_reader(connection.fileno(), arrived)
    try:
        await readable
    finally:
        loop.remove_reader(connection.fileno())
    return connection.recv(1, socket.MSG_PEEK)

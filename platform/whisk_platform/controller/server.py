"""The HTTP server: uvicorn with httptools on uvloop, bound before it serves, with TLS if wanted.

The socket is bound first so that a port in use is an error with a sentence, and so that a free
port can be asked for with 0.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import socket
import ssl
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from whisk_platform.common.errors import SettingsError
from whisk_platform.common.logging import get_logger
from whisk_platform.controller.edge.acceptor import Acceptor
from whisk_platform.controller.edge.express import Express
from whisk_platform.controller.edge.protocol import EdgeProtocol
from whisk_platform.controller.edge.settings import EdgeSettings

BACKLOG = 4096
_ACCEPTED_AT_ONCE = 16
KEEP_ALIVE_SECONDS = 70
_LOOKS = 15
"""How often connections are looked at within the time that they have."""
_USUAL_EDGE = EdgeSettings()

_log = get_logger("http")


def bind(host: str, port: int, *, flag: str = "--port") -> socket.socket:
    """Open a listening socket.

    Args:
        host: address to bind to.
        port: TCP port; 0 = any free one.
        flag: how a person chooses the port.

    Raises:
        SettingsError: in use, not permitted, or no such address; the sentence has the remedy.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, because asyncio takes Nagle's delay away only from sockets that say TCP.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OverflowError as error:
        listener.close()
        raise SettingsError(
            f"{port} is no TCP port. Choose one up to 65535 with {flag}."
        ) from error
    except OSError as error:
        listener.close()
        raise SettingsError(_why(host, port, error, flag)) from error
    listener.setblocking(False)
    return listener


def _why(host: str, port: int, error: OSError, flag: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use. Choose another one with {flag}."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has. Choose one above 1023."
    return f"{host}:{port} cannot be bound: {error.strerror or error}. Check --host and {flag}."


def _several(listener: socket.socket) -> list[socket.socket]:
    """The same listener several times, since the event loop takes one connection of each a turn.

    On a busy loop one for a turn is too few: the row of those that wait overflows, and who is sent
    away by the kernel tries again after seconds.
    """
    return [listener, *(listener.dup() for _ in range(_ACCEPTED_AT_ONCE - 1))]


class _Server(uvicorn.Server):
    """Uvicorn's server, leaving signals to its owner and saying when it answers."""

    ready: Callable[[], None]
    work: Sequence[Callable[[], Coroutine[Any, Any, None]]] = ()
    """What goes on beside it as long as it serves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._tasks: list[asyncio.Task[None]] = []

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._tasks = [asyncio.create_task(one(), name="http_side_task") for one in self.work]
        self.ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for task in self._tasks:
            task.cancel()
        for outcome in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(outcome, Exception):
                _log.error("http_side_task_failed", exc_info=outcome)
        await super().shutdown(sockets)


class HttpServer:
    """Serves one application on one socket, and perhaps a second one for plain HTTP."""

    def __init__(
        self,
        app: ASGIApp,
        listener: socket.socket,
        *,
        edge: EdgeSettings = _USUAL_EDGE,
        tls: ssl.SSLContext | None = None,
        plain: socket.socket | None = None,
        express: Express[Any] | None = None,
    ) -> None:
        """Make a server.

        Args:
            app: what to serve.
            listener: from ``bind``.
            edge: bounds on what comes in.
            tls: how TLS is spoken on the listener; None = plain HTTP. Plain HTTP is understood
                either way, and told apart by the scheme.
            plain: where only plain HTTP is spoken, beside TLS.
            express: answers known requests without the application.
        """
        protocol = functools.partial(EdgeProtocol, edge, express=express)
        config = uvicorn.Config(
            app,
            http=cast(type[asyncio.Protocol], protocol),
            ws="none",
            loop="none",
            lifespan="off",
            log_config=None,
            # Anybody can make it warn of what is not HTTP.
            log_level="error",
            access_log=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            backlog=BACKLOG,
        )
        self._server = server = _Server(config)
        self._edge = edge
        self._sockets = _several(listener) if tls is None else []
        if plain is not None:
            self._sockets += _several(plain)
        work = [self._watch]
        if tls is not None:
            connection = functools.partial(
                protocol, config=config, server_state=server.server_state, app_state={}
            )
            work.append(Acceptor(listener, tls, connection).run)
        server.work = work

    async def serve(self, ready: Callable[[], None]) -> None:
        """Serve until ``stop``; calls ``ready`` as soon as requests are answered."""
        self._server.ready = ready
        await self._server.serve(sockets=self._sockets)

    async def _watch(self) -> None:
        """End connections whose clients do not go on."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._edge.read_timeout_s / _LOOKS)
            now = loop.time()
            for connection in list(self._server.server_state.connections):
                if isinstance(connection, EdgeProtocol) and connection.is_stalled(now):
                    connection.give_up()

    def stop(self, grace_s: int) -> None:
        """Stop accepting; requests under way get ``grace_s`` seconds to end."""
        self._server.config.timeout_graceful_shutdown = grace_s
        self._server.should_exit = True

"""The HTTP server: uvicorn with httptools on uvloop, bound before it serves.

The socket is bound first so that a port in use is an error with a sentence, and so that a free
port can be asked for with 0.
"""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Callable, Iterator

import uvicorn
from starlette.types import ASGIApp

from whisk_platform.common.errors import SettingsError

BACKLOG = 2048
KEEP_ALIVE_SECONDS = 70


def bind(host: str, port: int) -> socket.socket:
    """Open the listening socket.

    Args:
        host: address to bind to.
        port: TCP port; 0 = any free one.

    Raises:
        SettingsError: in use, not permitted, or no such address; the sentence has the remedy.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise SettingsError(_why(host, port, error)) from error
    listener.setblocking(False)
    return listener


def _why(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use. Choose another one with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has. Choose one above 1023."
    return f"{host}:{port} cannot be bound: {error.strerror or error}. Check --host and --port."


class _Server(uvicorn.Server):
    """Uvicorn's server, leaving signals to its owner and saying when it answers."""

    ready: Callable[[], None]

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready()


class HttpServer:
    """Serves one application on one socket."""

    def __init__(self, app: ASGIApp, listener: socket.socket) -> None:
        config = uvicorn.Config(
            app,
            http="httptools",
            loop="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            server_header=False,
            date_header=False,
            proxy_headers=False,
        )
        self._server = _Server(config)
        self._listener = listener

    async def serve(self, ready: Callable[[], None]) -> None:
        """Serve until ``stop``; calls ``ready`` as soon as requests are answered."""
        self._server.ready = ready
        await self._server.serve(sockets=[self._listener])

    def stop(self, grace_s: int) -> None:
        """Stop accepting; requests under way get ``grace_s`` seconds to end."""
        self._server.config.timeout_graceful_shutdown = grace_s
        self._server.should_exit = True

"""Listening sockets: bound before anything else starts, so that a port in use costs nothing."""

from __future__ import annotations

import socket
from dataclasses import dataclass

from whisk_platform.common.errors import SettingsError
from whisk_platform.controller.server import bind
from whisk_platform.standalone.endpoint import NO_PORT
from whisk_platform.standalone.settings import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """Where the platform listens."""

    main: socket.socket
    plain: socket.socket | None
    """Where only plain HTTP is spoken, beside TLS."""

    @property
    def port(self) -> int:
        """Of the API."""
        return _port(self.main)

    @property
    def http_port(self) -> int:
        """Where plain HTTP leads to the API; -1 = nowhere."""
        return NO_PORT if self.plain is None else _port(self.plain)


def listen(server: Server) -> Listeners:
    """Bind what the settings name.

    Raises:
        SettingsError: a port is in use or not permitted, or there is no such address.
    """
    main = bind(server.host, server.port)
    if server.http_port == NO_PORT:
        return Listeners(main=main, plain=None)
    try:
        plain = bind(server.host, server.http_port, flag="--http-port")
    except SettingsError:
        main.close()
        raise
    return Listeners(main=main, plain=plain)


def _port(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])

"""The one door to HTTP: ``http.client`` with keep-alive, TLS, proxies and bounded reading.

Foreign errors become :class:`whisk_cli.errors.NetworkError` here.
"""

from __future__ import annotations

import http.client
import select
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from whisk_cli.errors import NetworkError

if TYPE_CHECKING:
    import ssl

MAX_BODY_BYTES = 256 * 1024 * 1024
"""An answer longer than this is refused; the largest honest one (an action's code) is 48 MiB."""

CONNECT_TIMEOUT_SECONDS = 30.0
"""How long connecting may take; once connected there is no limit, as in the reference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where requests go.

    Attributes:
        secure: Whether TLS is spoken.
        host: Name or address, without brackets.
        port: TCP port.
        prefix: Path before every request's path, without a trailing slash.
    """

    secure: bool
    host: str
    port: int
    prefix: str = ""

    @property
    def shown(self) -> str:
        """The address as a person writes it."""
        scheme, default = ("https", 443) if self.secure else ("http", 80)
        name = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == default else f":{self.port}"
        return f"{scheme}://{name}{port}{self.prefix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One HTTP answer.

    Attributes:
        status: The status code.
        reason: The reason phrase.
        headers: Header names in lower case.
        body: The whole body.
    """

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes


class Stream:
    """An answer that is read line by line while it comes, over a connection of its own.

    Args:
        connection: The connection; closed with the stream.
        own: Its socket, which ``http.client`` lets go of when this answer is the last one.
        answer: The answer, its body unread.
        broken: Makes an error of ours from a foreign one.
    """

    def __init__(
        self,
        connection: http.client.HTTPConnection,
        own: socket.socket,
        answer: http.client.HTTPResponse,
        broken: Callable[[Exception], NetworkError],
    ) -> None:
        self._connection = connection
        self._socket = own
        self._answer = answer
        self._broken = broken
        self.status = answer.status
        self.headers = {name.lower(): value for name, value in answer.getheaders()}

    def line(self, patience: float) -> bytes | None:
        """Read the next line.

        Args:
            patience: How many seconds to wait for it; after a wait in vain nothing more can be
                read.

        Returns:
            The line with its end, which only the last one may lack; ``None`` when there is none.

        Raises:
            TimeoutError: The wait was in vain.
            NetworkError: The connection broke, or the line is too long.
        """
        try:
            self._socket.settimeout(max(patience, 0.001))
            line = self._answer.readline(MAX_BODY_BYTES + 1)
        except TimeoutError:
            raise
        except (OSError, ValueError, http.client.HTTPException) as problem:
            raise self._broken(problem) from problem
        if len(line) > MAX_BODY_BYTES:
            raise NetworkError(f"A line of the answer is longer than {MAX_BODY_BYTES} bytes.")
        return line or None

    def interrupt(self) -> None:
        """End the wait of another thread in :meth:`line`; reading then fails."""
        # Closing would wait for the reader, and TLS would want to say goodbye first.
        with suppress(OSError):
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection."""
        self._answer.close()
        self._connection.close()


class Connection:
    """A keep-alive connection to one host; reconnects when the server closed it meanwhile.

    Args:
        address: Where to connect.
        tls: The TLS context; needed when ``address.secure``.
        proxy: Connect through this host instead.
        proxy_headers: Headers for the proxy, such as its authorization.
    """

    def __init__(
        self,
        address: Address,
        *,
        tls: ssl.SSLContext | None = None,
        proxy: Address | None = None,
        proxy_headers: Mapping[str, str] | None = None,
    ) -> None:
        self._address = address
        self._tls = tls
        self._proxy = proxy
        self._proxy_headers = dict(proxy_headers or {})
        self._open: http.client.HTTPConnection | None = None

    def request(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None
    ) -> Response:
        """Send one request and read the whole answer.

        Args:
            method: The HTTP method.
            target: Path and query, percent-encoded, below the address's prefix.
            headers: Request headers.
            body: The body, or ``None`` for none.

        Raises:
            NetworkError: No connection, a broken one, or an answer that is not HTTP.
        """
        if self._open is not None and _is_stale(self._open):
            self.close()
        reused = self._open is not None
        try:
            return self._exchange(method, target, headers, body)
        except http.client.RemoteDisconnected as problem:
            self.close()
            # The server closed an idle connection; only a request without effects is repeated.
            if reused and method == "GET":
                return self.request(method, target, headers, body)
            raise self._broken(problem) from problem
        except (OSError, http.client.HTTPException) as problem:
            self.close()
            raise self._broken(problem) from problem
        except BaseException:
            self.close()
            raise

    def stream(self, target: str, headers: Mapping[str, str], patience: float) -> Stream:
        """Send a GET request over another connection, and read only the head of its answer.

        Args:
            target: As in :meth:`request`.
            headers: As in :meth:`request`.
            patience: How many seconds to wait for the answer.

        Raises:
            NetworkError: As in :meth:`request`, or no answer in time.
        """
        connection: http.client.HTTPConnection | None = None
        try:
            connection = self._connect()
            path, sent = self._addressed(target, headers)
            own: socket.socket = connection.sock
            own.settimeout(patience)
            connection.request("GET", path, headers=sent)
            return Stream(connection, own, connection.getresponse(), self._broken)
        except (OSError, http.client.HTTPException) as problem:
            if connection is not None:
                connection.close()
            raise self._broken(problem) from problem

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _exchange(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None
    ) -> Response:
        connection = self._open or self._connect()
        self._open = connection
        path, sent = self._addressed(target, headers)
        connection.request(method, path, body=body, headers=sent)
        answer = connection.getresponse()
        content = answer.read(MAX_BODY_BYTES + 1)
        if len(content) > MAX_BODY_BYTES:
            self.close()
            raise NetworkError(
                f"The answer of {self._address.shown} is longer than {MAX_BODY_BYTES} bytes."
            )
        declared = answer.getheader("Content-Length")
        # A bounded read of a known length ends silently where the connection ends.
        if declared is not None and method != "HEAD" and len(content) < int(declared):
            raise http.client.IncompleteRead(content)
        if answer.will_close:
            self.close()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Response(status=answer.status, reason=answer.reason, headers=named, body=content)

    def _addressed(self, target: str, headers: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        """Give the request line's target and the headers as this way to the host wants them."""
        path = f"{self._address.prefix}{target}"
        sent = dict(headers)
        if self._proxy is not None and not self._address.secure:
            path = f"{self._origin}{path}"
            sent.update(self._proxy_headers)
        return path, sent

    def _connect(self) -> http.client.HTTPConnection:
        at = self._proxy or self._address
        connection: http.client.HTTPConnection
        if self._address.secure:
            connection = http.client.HTTPSConnection(
                at.host, at.port, timeout=CONNECT_TIMEOUT_SECONDS, context=self._tls
            )
            if self._proxy is not None:
                connection.set_tunnel(
                    self._address.host, self._address.port, headers=self._proxy_headers
                )
        else:
            connection = http.client.HTTPConnection(
                at.host, at.port, timeout=CONNECT_TIMEOUT_SECONDS
            )
        connection.connect()
        connection.sock.settimeout(None)
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    @property
    def _origin(self) -> str:
        return Address(
            secure=self._address.secure, host=self._address.host, port=self._address.port
        ).shown

    def _broken(self, problem: Exception) -> NetworkError:
        where = (self._proxy or self._address).shown
        role = "proxy" if self._proxy is not None else "API host"
        return NetworkError(f"Unable to reach the {role} {where}: {_reason(problem)}")


def _is_stale(connection: http.client.HTTPConnection) -> bool:
    """Tell whether an idle connection has something to read: then the server has closed it."""
    readable, _, _ = select.select([connection.sock], [], [], 0)
    return bool(readable)


def _reason(problem: Exception) -> str:
    import ssl

    if isinstance(problem, ssl.SSLCertVerificationError):
        return (
            f"cannot validate certificate: {problem.verify_message.rstrip('.')}. "
            "Name the authority that vouches for the host with --cacert, or use --insecure (-i) "
            "to skip the check for a host you trust."
        )
    if isinstance(problem, ssl.SSLError):
        reason = problem.reason or problem
        return f"TLS failed: {reason}. If the host speaks plain http, begin it with http://."
    if isinstance(problem, socket.gaierror):
        return "the host name is not known. Check --apihost or 'wsk property get --apihost'."
    if isinstance(problem, ConnectionRefusedError):
        return "connection refused. Check that the platform runs and that the port is right."
    if isinstance(problem, TimeoutError):
        return "connecting took too long."
    if isinstance(problem, http.client.RemoteDisconnected | ConnectionResetError | BrokenPipeError):
        return "the connection was closed before an answer came."
    if isinstance(problem, http.client.IncompleteRead):
        return "the connection was closed in the middle of the answer."
    if isinstance(problem, http.client.HTTPException):
        return "the answer is not HTTP. Check the scheme (http or https) and the port."
    if isinstance(problem, OSError) and problem.strerror:
        return f"{problem.strerror.lower()}."
    return f"{problem}."

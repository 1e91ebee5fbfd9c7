"""The client of one run: requests below ``/api/<version>``, errors as sentences, narration.

**Source**: contracts/cli.md §2.2, §2.4, §3.8; contracts/rest-api.md §1.6, §9.1.
"""

from __future__ import annotations

import os
import sys
import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from whisk_cli.client import endpoint, narration
from whisk_cli.client.http import Response, Stream
from whisk_cli.config import Settings
from whisk_cli.errors import ExitCode, NetworkError, ServerError, UsageError
from whisk_cli.jsonvalue import JSONValue, members, parse, text_of
from whisk_cli.render import jsontext
from whisk_cli.version import __version__

if TYPE_CHECKING:
    from whisk_cli.render.console import Console

Query = Sequence[tuple[str, str]]
"""Query parameters in the order they are sent."""

USER_AGENT = f"OpenWhisk-CLI/1.0 ({__version__}) {sys.platform} {os.uname().machine}"

_NO_ROUTE = "The requested resource could not be found."

_FIRST_PASSING = 429
"""Answers with a lower status are never asked for again."""

ACTIVATION_HEADER = "x-openwhisk-activation-id"


class Client:
    """Sends requests to the API host and turns error answers into :class:`ServerError`.

    Args:
        settings: The connection and the key.
        console: Where narration goes.

    Attributes:
        repeats: Whether what failed for a moment is sent again, see ``whisk_cli.client.retrying``.

    Raises:
        CliError: No usable API host, or a client certificate that cannot be used.
    """

    def __init__(self, settings: Settings, console: Console) -> None:
        self.settings = settings
        self.repeats = True
        self._connection = endpoint.open_connection(settings)
        self._narrator = narration.Narrator(settings, console)

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        body: JSONValue | bytes = None,
        authenticated: bool = True,
    ) -> Response:
        """Send a request below ``/api/<version>/`` and read its answer.

        Args:
            method: The HTTP method.
            path: Percent-encoded path, such as ``namespaces/_/actions``; empty for the API itself.
            query: Query parameters.
            body: A JSON value, or bytes that hold one; ``None`` sends no body.
            authenticated: Whether the key is sent.

        Returns:
            The answer, whatever its status.

        Raises:
            CliError: A key is needed but not configured: exit 2.
            NetworkError: The API host cannot be reached: exit 3.
        """
        headers = {
            "Accept": "application/json",
            "User-Agent": USER_AGENT,
        }
        if authenticated:
            headers["Authorization"] = self._authorization()
        content: bytes | None = None
        if body is not None:
            content = body if isinstance(body, bytes) else jsontext.compact(body).encode("utf-8")
            headers["Content-Type"] = "application/json"
        target = self._target(path, query)
        repeats = 0
        while True:
            self._narrator.request(method, self.settings.base_url + target, headers, content)
            answer = self._attempt(method, target, headers, content, repeats)
            if isinstance(answer, Response):
                self._check_is_of_api(answer)
                return answer
            repeats += 1
            self._narrator.repeat(repeats, answer)
            time.sleep(answer)

    def _check_is_of_api(self, response: Response) -> None:
        is_page = "html" in response.headers.get("content-type", "")
        if is_page and 200 <= response.status < 300 and decoded(response) is None:
            raise NetworkError(
                f"{self.settings.base_url} answered with a web page instead of JSON. "
                "Is it the API host, or does a proxy answer in its place?"
            )

    def _attempt(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        content: bytes | None,
        repeats: int,
    ) -> Response | float:
        """Send a request once; gives the answer, or the pause before it is sent again."""
        pause: float | None
        try:
            response = self._connection.request(method, target, headers, content)
        except NetworkError as problem:
            if not self.repeats:
                raise
            from whisk_cli.client import retrying

            pause = retrying.after_error(method, repeats, problem)
            if pause is None:
                raise
            return pause
        self._narrator.response(response)
        if response.status < _FIRST_PASSING or not self.repeats:
            return response
        from whisk_cli.client import retrying

        pause = retrying.after_answer(method, repeats, response)
        return response if pause is None else pause

    def stream(
        self, path: str, *, query: Query, headers: Mapping[str, str], patience: float
    ) -> Stream:
        """Send a GET request whose answer is read while it comes.

        Args:
            path: As in :meth:`request`.
            query: As in :meth:`request`.
            headers: Further headers; they win.
            patience: How many seconds to wait for the head of the answer.

        Returns:
            The answer, whatever its status; to be closed.

        Raises:
            CliError: As :meth:`request`.
            NetworkError: As :meth:`request`, or no answer in time.
        """
        sent = {"User-Agent": USER_AGENT, "Authorization": self._authorization(), **headers}
        target = self._target(path, query)
        self._narrator.request("GET", self.settings.base_url + target, sent, None)
        stream = self._connection.stream(target, sent, patience)
        head = Response(status=stream.status, reason="", headers=stream.headers, body=b"")
        self._narrator.response(head)
        return stream

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        body: JSONValue | bytes = None,
        authenticated: bool = True,
    ) -> JSONValue:
        """Send a request, and read the JSON of a successful answer.

        Args:
            method: As in :meth:`request`.
            path: As in :meth:`request`.
            query: As in :meth:`request`.
            body: As in :meth:`request`.
            authenticated: As in :meth:`request`.

        Returns:
            The body; ``None`` if it is empty or not JSON, which the reference tolerates too.

        Raises:
            CliError: As :meth:`request`.
            NetworkError: Something else than the API answered.
            ServerError: The status is not 2xx.
        """
        response = self.request(method, path, query=query, body=body, authenticated=authenticated)
        if not 200 <= response.status < 300:
            raise lacking(path, response) or failure(response)
        return decoded(response)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _target(self, path: str, query: Query) -> str:
        target = f"/api/{quote(self.settings.api_version, safe='')}"
        if path:
            target += f"/{path}"
        if query:
            target += "?" + urlencode(list(query), quote_via=quote, safe="")
        return target

    def _authorization(self) -> str:
        if not self.settings.auth:
            raise UsageError(
                "Authorization key is not configured (--auth is required)", ExitCode.MISUSE
            )
        credentials = self.settings.auth.encode("utf-8", "surrogateescape")
        return "Basic " + b64encode(credentials).decode("ascii")


def decoded(response: Response) -> JSONValue:
    """Read the JSON of an answer; ``None`` if it holds none."""
    try:
        return parse(response.body.decode("utf-8"))
    except ValueError:
        return None


def lacking(path: str, response: Response) -> ServerError | None:
    """Say that the server has no operator API, if that is what its answer means.

    Args:
        path: What was asked for, below the version of the API.
        response: An error answer.

    Source:
        contracts/rest-api.md §1.1: the text of a path that no route has, unlike that of an entity.
    """
    text = text_of(members(decoded(response)).get("error"))
    if not path.startswith("admin/") or (response.status, text) != (404, _NO_ROUTE):
        return None
    message = (
        "This server has no operator API: subjects, limits, invokers and containers of another "
        "OpenWhisk are managed with its own tools."
    )
    return ServerError(message, status=response.status, body=response.body)


def failure(response: Response) -> ServerError:
    """Turn an error answer into an error.

    Returns:
        The server's text with the transaction id, if the body has both as the contract says;
        otherwise the sentence of the reference with the status.
    """
    document: Mapping[str, JSONValue] = members(decoded(response))
    text, code = document.get("error"), document.get("code")
    if text is not None and code is not None:
        shown = text_of(text) or jsontext.compact(text)
        identifier = text_of(code) or jsontext.compact(code)
        message = f"{shown} (code {identifier})"
    else:
        message = f"The connection failed, or timed out. (HTTP status code {response.status})"
        place = response.headers.get("location", "")
        if 300 <= response.status < 400 and place:
            message += f" The API is at {place}; name that host with --apihost."
    return ServerError(
        message,
        status=response.status,
        body=response.body,
        activation_id=response.headers.get(ACTIVATION_HEADER, ""),
    )


def segment(text: str) -> str:
    """Percent-encode one path segment."""
    return quote(text, safe="", errors="surrogateescape")

"""One client of the platform under load: a connection, and what the answers must be."""

from __future__ import annotations

import base64
import http.client
import json
import time
from dataclasses import dataclass, field
from typing import Any

from tests.bench.subject import GUEST

NAMESPACE = "/api/v1/namespaces/_"
PATIENCE_S = 90.0
IDLE_S = 20.0
AUTHORIZATION = f"Basic {base64.b64encode(GUEST.encode()).decode()}"


class UnexpectedAnswerError(Exception):
    """The platform answered something else than it must."""


@dataclass(slots=True)
class Caller:
    """A client with one connection; used by one thread."""

    host: str
    port: int
    accepted: list[str] = field(default_factory=list)
    """Ids of the activations that were answered with 202."""
    _connection: http.client.HTTPConnection | None = None
    _used: float = 0.0

    def ask(self, method: str, path: str, body: object = None, *expected: int) -> Any:
        """Send one request and give the JSON of its answer.

        Args:
            method: Of HTTP.
            path: Below the namespace; from the root if it begins with a slash.
            body: JSON.
            expected: The statuses that it may have; 200 if none is named.

        Raises:
            UnexpectedAnswerError: It has another one.
        """
        headers = {"Authorization": AUTHORIZATION, "Content-Type": "application/json"}
        text = None if body is None else json.dumps(body)
        target = path if path.startswith("/") else f"{NAMESPACE}/{path}"
        status, read = self._exchange(method, target, text, headers)
        if status not in (expected or (200,)):
            raise UnexpectedAnswerError(f"{method} {path}: {status} {read[:300]!r}")
        return json.loads(read) if read.strip() else None

    def _exchange(
        self, method: str, target: str, text: str | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        if time.monotonic() - self._used > IDLE_S:
            # The server closes what is idle for longer.
            self.close()
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE_S)
        try:
            self._connection.request(method, target, text, headers)
            answer = self._connection.getresponse()
            read = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        self._used = time.monotonic()
        return answer.status, read

    def accept(self, path: str, body: object) -> None:
        """Send work that is answered with 202, and remember its activation."""
        self.accepted.append(self.ask("POST", path, body, 202)["activationId"])

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def must(condition: object, what: str) -> None:
    """Check what an answer says.

    Raises:
        UnexpectedAnswerError: The condition does not hold.
    """
    if not condition:
        raise UnexpectedAnswerError(what)

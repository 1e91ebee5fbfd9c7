"""What ``--verbose`` and ``--debug`` tell about requests, on stderr, with secrets hidden.

**Source**: contracts/cli.md §2.4; deliberate differences (§9.3): stderr, and keys are redacted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from whisk_cli.client.http import Response
from whisk_cli.config import Settings
from whisk_cli.jsonvalue import JSONValue, parse
from whisk_cli.render import jsontext

if TYPE_CHECKING:
    from whisk_cli.render.console import Console

SHOWN_BYTES = 1000
"""How much of a body ``--verbose`` shows; ``--debug`` shows all of it."""

_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "set-cookie", "cookie"})
_SECRET_MEMBERS = re.compile(
    r'("(?:password|authKey|auth|apiKey|api_key|token|secret)"\s*:\s*)"(?:[^"\\]|\\.)*"'
)


class Narrator:
    """Tells about requests if the settings ask for it."""

    def __init__(self, settings: Settings, console: Console) -> None:
        self._settings = settings
        self._console = console

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> None:
        """Tell about a request before it is sent."""
        if not self._settings.verbose:
            return
        self._console.note("REQUEST:")
        self._console.note(f"[{method}]\t{url}")
        self._headers(headers)
        self._body(body)

    def response(self, response: Response) -> None:
        """Tell about an answer."""
        if not self._settings.verbose:
            return
        self._console.note("RESPONSE:")
        self._console.note(f"Got response with code {response.status}")
        self._headers(response.headers)
        self._body(response.body)

    def repeat(self, number: int, pause: float) -> None:
        """Tell that a request will be sent again."""
        if self._settings.verbose:
            self._console.note(f"REPEATED: attempt {number + 1} in {pause:.2f} s")

    def _headers(self, headers: Mapping[str, str]) -> None:
        shown: dict[str, JSONValue] = {
            name: [self._hidden(name, value)] for name, value in headers.items()
        }
        self._console.note("Headers:\n" + jsontext.pretty(shown))

    def _hidden(self, name: str, value: str) -> str:
        if self._settings.show_secrets or name.lower() not in _SECRET_HEADERS:
            return value
        scheme, blank, _ = value.partition(" ")
        return f"{scheme if blank else ''} (hidden)".strip()

    def _body(self, body: bytes | None) -> None:
        if body is None:
            return
        text = body.decode("utf-8", "replace")
        if not self._settings.show_secrets:
            text = _without_secrets(text)
        if not self._settings.debug and len(text) > SHOWN_BYTES:
            self._console.note(f"Body exceeds {SHOWN_BYTES} bytes and will be truncated")
            text = text[:SHOWN_BYTES]
        self._console.note(f"Body:\n{text}")


def _without_secrets(text: str) -> str:
    """Hide secrets in a body: by their place in JSON, by their look in anything else."""
    # Loaded only where somebody looks on.
    from whisk_cli.output import secrets

    try:
        value = parse(text)
    except ValueError:
        return _SECRET_MEMBERS.sub(r'\1"(hidden)"', text)
    hidden = secrets.hidden(value)
    return text if hidden == value else jsontext.compact(hidden)

"""A caller of a served API: one connection, answers as status and JSON."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from tests.contract.fuzz.served import Served
from whisk_platform.entities.identity import Identity

OWN = "/api/v1/namespaces/_/"


class Client:
    """Calls below the caller's own namespace."""

    def __init__(self, api: Served, caller: Identity) -> None:
        where = urlsplit(api.address)
        self._headers = {**api.headers(caller), "Content-Type": "application/json"}
        self._connection = http.client.HTTPConnection(where.hostname or "", where.port)

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Send one request; status, and the body decoded (text as text, nothing as None)."""
        content = None if body is None else json.dumps(body)
        self._connection.request(method, OWN + path, content, self._headers)
        response = self._connection.getresponse()
        read = response.read()
        if not read:
            return response.status, None
        plain = response.headers.get_content_type() != "application/json"
        return response.status, read.decode() if plain else json.loads(read)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

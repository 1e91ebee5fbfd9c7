"""The API host as a sandbox without a network sees it: which addresses lead to it. Pure."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from whisk_platform.common.errors import SettingsError

VARIABLE = "__OW_API_HOST"
"""Under which actions find the API."""
_USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiHost:
    """Where the API is."""

    host: str
    """A name, or an IP address without brackets."""
    port: int

    @property
    def addresses(self) -> list[str]:
        """The addresses under which it has to listen inside of a sandbox.

        A name leads to loopback there, in both of its forms: clients try them in their own order.
        """
        return [self.host] if self._is_literal else ["127.0.0.1", "::1"]

    @property
    def names(self) -> list[str]:
        """Names that have to lead to loopback inside of a sandbox."""
        return [] if self._is_literal or self.host == "localhost" else [self.host]

    @property
    def _is_literal(self) -> bool:
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return False
        return True


def parse(address: str) -> ApiHost:
    """Read the base URL of the API.

    Args:
        address: ``http://host:port``, ``https://host``, or ``host:port``.

    Raises:
        SettingsError: it has no host or an impossible port.
    """
    url = urlsplit(address if "://" in address else f"http://{address}")
    try:
        host, port = url.hostname, url.port or _USUAL_PORTS.get(url.scheme, 0)
    except ValueError:
        host, port = None, 0
    if not host or not port:
        raise SettingsError(
            f"'{address}' is no address of an API host ({VARIABLE})."
            " Use http://HOST:PORT or https://HOST:PORT."
        )
    return ApiHost(host=host, port=port)

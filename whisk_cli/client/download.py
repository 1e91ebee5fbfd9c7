"""Files of the API host outside its API, perhaps kept elsewhere."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from whisk_cli.client import endpoint
from whisk_cli.client.api import USER_AGENT, failure
from whisk_cli.config import Settings
from whisk_cli.errors import CliError

_MOST_REDIRECTS = 5
_REDIRECTS = frozenset((301, 302, 303, 307, 308))


def fetch(settings: Settings, path: str) -> bytes:
    """Read a file; no key is sent.

    Args:
        settings: The connection.
        path: From the root of the API host, with its slash.

    Raises:
        NetworkError: A host cannot be reached.
        ServerError: A host refuses.
        CliError: It leads in a circle, or from https to http.
    """
    url = endpoint.address_of(settings).shown + path
    for _ in range(_MOST_REDIRECTS):
        parts = urlsplit(url)
        connection = endpoint.open_connection(
            replace(settings, api_host=f"{parts.scheme}://{parts.netloc}")
        )
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            response = connection.request("GET", target, {"User-Agent": USER_AGENT}, None)
        finally:
            connection.close()
        place = response.headers.get("location", "")
        if response.status not in _REDIRECTS or not place:
            break
        settings, url = _followed(settings, url, urljoin(url, place))
    else:
        raise CliError(f"The API host leads from one place to the next for '{path}'.")
    if response.status != 200:
        raise failure(response)
    return response.body


def _followed(settings: Settings, url: str, place: str) -> tuple[Settings, str]:
    """Where to go on, and how: certificates are for one host only."""
    before, after = urlsplit(url), urlsplit(place)
    if before.scheme == "https" and after.scheme != "https":
        raise CliError(f"The API host leads from https to '{place}', which is not followed.")
    if before.hostname != after.hostname:
        settings = replace(settings, cert="", key="", cacert="")
    return settings, place

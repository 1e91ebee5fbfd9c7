"""What the server tells about itself and about the key: build, namespaces."""

from __future__ import annotations

from dataclasses import dataclass

from whisk_cli.client.api import Client
from whisk_cli.jsonvalue import items, members, text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """The build of the API."""

    date: str
    number: str


def build(client: Client) -> Build:
    """Read the build of the API; needs no key.

    Raises:
        ServerError: The server refused.
    """
    document = members(client.call("GET", "", authenticated=False))
    return Build(date=text_of(document.get("build")), number=text_of(document.get("buildno")))


def namespaces(client: Client) -> list[str]:
    """List the namespaces of the key; in practice one.

    Raises:
        ServerError: The server refused.
    """
    return [text_of(each) for each in items(client.call("GET", "namespaces"))]

"""Activation records: list, get, logs, result. The namespace is always the key's own."""

from __future__ import annotations

from dataclasses import dataclass

from whisk_cli.client import paths
from whisk_cli.client.api import Client
from whisk_cli.errors import UsageError
from whisk_cli.jsonvalue import JSONObject, JSONValue, items, members, text_of
from whisk_cli.names import OWN_NAMESPACE

PAGE = 200
"""The most activations a server gives at once; asked for with a limit of 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which activations to list.

    Attributes:
        limit: The most to return; 0 means :data:`PAGE`.
        skip: How many of the newest to leave out.
        name: Only those of this action or trigger, ``name`` or ``package/name``.
        since: Only those started at or after this time, epoch milliseconds; 0 for no bound.
        upto: Only those started at or before this time, epoch milliseconds; 0 for no bound.
        full: Whole records instead of summaries.
        status: Only those that ended so; for servers that can choose by it.
        kind: Only those of actions of this kind; for servers that can choose by it.
    """

    limit: int
    skip: int = 0
    name: str = ""
    since: int = 0
    upto: int = 0
    full: bool = False
    status: str = ""
    kind: str = ""

    def query(self) -> list[tuple[str, str]]:
        """Write the query parameters, sorted by name as the reference sends them."""
        pairs = [("limit", str(self.limit)), ("skip", str(self.skip))]
        if self.full:
            pairs.append(("docs", "true"))
        if self.name:
            pairs.append(("name", self.name))
        if self.since:
            pairs.append(("since", str(self.since)))
        if self.upto:
            pairs.append(("upto", str(self.upto)))
        if self.status:
            pairs.append(("status", self.status))
        if self.kind:
            pairs.append(("kind", self.kind))
        return sorted(pairs)


def list_page(client: Client, chosen: Filter) -> list[JSONObject]:
    """List activations, newest first.

    Raises:
        ServerError: The server refused.
    """
    path = paths.collection(OWN_NAMESPACE, "activations")
    return [members(each) for each in items(client.call("GET", path, query=chosen.query()))]


def newest_id(client: Client) -> str:
    """Find the newest activation of the namespace.

    Raises:
        CliError: There is none: exit 1, with the usage hint.
        ServerError: The server refused.
    """
    found = list_page(client, Filter(limit=1))
    if not found:
        raise UsageError("Activation list does not contain any activations.")
    return text_of(found[0].get("activationId"))


def get(client: Client, activation_id: str) -> JSONObject:
    """Read a whole record.

    Raises:
        ServerError: The server refused.
    """
    return members(client.call("GET", _path(activation_id)))


def logs(client: Client, activation_id: str) -> list[str]:
    """Read the log lines of an activation.

    Raises:
        ServerError: The server refused.
    """
    document = members(client.call("GET", f"{_path(activation_id)}/logs"))
    return [text_of(line) for line in items(document.get("logs"))]


def result(client: Client, activation_id: str) -> JSONValue:
    """Read the result of an activation.

    Raises:
        ServerError: The server refused.
    """
    return members(client.call("GET", f"{_path(activation_id)}/result")).get("result")


def _path(activation_id: str) -> str:
    return f"{paths.collection(OWN_NAMESPACE, 'activations')}/{paths.encoded(activation_id)}"

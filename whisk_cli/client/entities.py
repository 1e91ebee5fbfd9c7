"""What actions, packages, triggers and rules have in common: get, put, delete, list."""

from __future__ import annotations

from typing import Literal

from whisk_cli.client import paths
from whisk_cli.client.api import Client, Query
from whisk_cli.jsonvalue import JSONObject, items, members
from whisk_cli.names import QualifiedName

Kind = Literal["actions", "packages", "triggers", "rules"]
"""A collection of the API."""


def get(client: Client, kind: Kind, name: QualifiedName, query: Query = ()) -> JSONObject:
    """Read an entity; empty if the answer is not a JSON object, as in the reference.

    Raises:
        ServerError: The server refused.
    """
    return members(client.call("GET", paths.entity(name, kind), query=query))


def put(
    client: Client, kind: Kind, name: QualifiedName, body: JSONObject, *, overwrite: bool
) -> JSONObject:
    """Create an entity, or change it when ``overwrite``.

    Raises:
        ServerError: The server refused.
    """
    query = (("overwrite", "true" if overwrite else "false"),)
    return members(client.call("PUT", paths.entity(name, kind), query=query, body=body))


def delete(client: Client, kind: Kind, name: QualifiedName) -> None:
    """Delete an entity.

    Raises:
        ServerError: The server refused.
    """
    client.call("DELETE", paths.entity(name, kind))


def list_page(
    client: Client, kind: Kind, namespace: str, *, limit: int, skip: int = 0, package: str = ""
) -> list[JSONObject]:
    """List entities, newest first.

    Args:
        client: The client.
        kind: The collection.
        namespace: Whose entities.
        limit: The most to return; 0 means as many as the server gives at once (200).
        skip: How many of the newest to leave out.
        package: Only the actions of this package.

    Raises:
        ServerError: The server refused.
    """
    path = paths.collection(namespace, kind)
    if package:
        path += f"/{paths.encoded(package)}/"
    query = (("limit", str(limit)), ("skip", str(skip)))
    return [members(each) for each in items(client.call("GET", path, query=query))]

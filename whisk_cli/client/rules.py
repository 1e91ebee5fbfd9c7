"""What only rules have: a status, which is not part of lists."""

from __future__ import annotations

from typing import Literal

from whisk_cli.client import entities, paths
from whisk_cli.client.api import Client
from whisk_cli.errors import explained
from whisk_cli.jsonvalue import JSONObject, text_of
from whisk_cli.names import QualifiedName

Status = Literal["active", "inactive"]


def set_status(client: Client, name: QualifiedName, status: Status) -> None:
    """Enable or disable a rule.

    Raises:
        ServerError: The server refused.
    """
    body: JSONObject = {"status": status, "trigger": None, "action": None}
    client.call("POST", paths.entity(name, "rules"), body=body)


def status_of(client: Client, name: QualifiedName) -> str:
    """Read whether a rule is ``active`` or ``inactive``.

    Raises:
        ServerError: The server refused; explained as the reference does.
    """
    with explained(f"Unable to get status of rule '{name.path}'"):
        return text_of(entities.get(client, "rules", name).get("status"))


def with_status(client: Client, namespace: str, listed: list[JSONObject]) -> list[JSONObject]:
    """Add the member ``status`` to listed rules, with one request per rule.

    Raises:
        ServerError: The server refused one of them.
    """
    return [
        {
            **rule,
            "status": status_of(
                client, QualifiedName(namespace=namespace, path=text_of(rule.get("name")))
            ),
        }
        for rule in listed
    ]

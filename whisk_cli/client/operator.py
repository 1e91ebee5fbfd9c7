"""Namespaces, keys and what runs, over the operator API."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from whisk_cli.client.api import Client
from whisk_cli.jsonvalue import JSONObject, JSONValue, integer_of, items, members, text_of

PATH = "admin"


def namespaces(client: Client) -> list[JSONObject]:
    """Read all namespaces.

    Raises:
        CliError: The server refuses.
    """
    return _list(client, "namespaces")


def limits(client: Client, namespace: str) -> JSONObject:
    """Read the limits that a namespace has of its own.

    Raises:
        CliError: There is no such namespace, or the server refuses.
    """
    return members(client.call("GET", _limits(namespace)))


def change_limits(client: Client, namespace: str, changes: Mapping[str, JSONValue]) -> None:
    """Set some limits of a namespace; ``None`` takes one away, the others stay.

    Raises:
        CliError: There is no such namespace, a value cannot be used, or the server refuses.
    """
    client.call("PATCH", _limits(namespace), body=dict(changes))


def delete_limits(client: Client, namespace: str) -> None:
    """Take away all limits that a namespace has of its own.

    Raises:
        CliError: There are none, or the server refuses.
    """
    client.call("DELETE", _limits(namespace))


def rotate_key(client: Client, namespace: str, *, new_uuid: bool) -> str:
    """Give a namespace a new key.

    Returns:
        ``uuid:key``.

    Raises:
        CliError: There is no such namespace, or the server refuses.
    """
    path = f"{PATH}/namespaces/{quote(namespace, safe='')}/key"
    made = members(client.call("POST", path, body={"newUuid": new_uuid}))
    return f"{text_of(made.get('uuid'))}:{text_of(made.get('key'))}"


def rotate_master_key(client: Client) -> int:
    """Have all secrets sealed with a new master key.

    Returns:
        How many there were.

    Raises:
        CliError: It could not be finished, or the server refuses.
    """
    return integer_of(members(client.call("POST", f"{PATH}/master-key")).get("sealed"))


def invokers(client: Client) -> list[JSONObject]:
    """Read all invokers.

    Raises:
        CliError: The server refuses.
    """
    return _list(client, "invokers")


def enable_invoker(client: Client, name: str, enabled: bool) -> JSONObject:
    """Let an invoker take work, or drain it.

    Returns:
        How it is now.

    Raises:
        CliError: There is none, or the server refuses.
    """
    path = f"{PATH}/invokers/{quote(name, safe='')}"
    return members(client.call("POST", path, body={"enabled": enabled}))


def containers(client: Client) -> list[JSONObject]:
    """Read all containers.

    Raises:
        CliError: The server refuses.
    """
    return _list(client, "containers")


def queues(client: Client) -> JSONObject:
    """Read how much waits.

    Raises:
        CliError: The server refuses.
    """
    return members(client.call("GET", f"{PATH}/queues"))


def _list(client: Client, noun: str) -> list[JSONObject]:
    return [members(each) for each in items(client.call("GET", f"{PATH}/{noun}"))]


def _limits(namespace: str) -> str:
    return f"{PATH}/namespaces/{quote(namespace, safe='')}/limits"

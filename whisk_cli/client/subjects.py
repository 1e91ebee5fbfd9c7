"""Subjects of the operator API."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from whisk_cli.client.api import Client
from whisk_cli.jsonvalue import JSONValue, members, text_of

PATH = "admin/subjects"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One subject.

    Attributes:
        name: The subject.
        blocked: Whether its keys are refused.
        keys: Namespace to ``uuid:key``.
    """

    name: str
    blocked: bool
    keys: dict[str, str]


def create(
    client: Client, name: str, *, namespace: str, auth: str, overwrite: bool = False
) -> Subject:
    """Create a subject or add a namespace to it; empty strings let the server choose.

    Args:
        client: The client.
        name: The subject.
        namespace: Called like the subject if empty.
        auth: ``uuid:key``.
        overwrite: Whether a namespace that is there gets the new key.

    Raises:
        CliError: The server refuses; its own sentence.
    """
    body: dict[str, JSONValue] = {}
    if namespace:
        body["namespace"] = namespace
    if auth:
        body["auth"] = auth
    query = (("overwrite", "true"),) if overwrite else ()
    return _subject(client.call("PUT", _path(name), query=query, body=body))


def get(client: Client, name: str) -> Subject:
    """Read one subject with its keys.

    Raises:
        CliError: There is none, or the server refuses.
    """
    return _subject(client.call("GET", _path(name)))


def list_all(client: Client) -> list[Subject]:
    """Read all subjects.

    Raises:
        CliError: The server refuses.
    """
    answer = client.call("GET", PATH)
    return [_subject(each) for each in answer] if isinstance(answer, list) else []


def delete(client: Client, name: str, *, namespace: str) -> None:
    """Delete a subject, or only one namespace of it.

    Raises:
        CliError: There is none, or the server refuses.
    """
    query = [("namespace", namespace)] if namespace else []
    client.call("DELETE", _path(name), query=query)


def set_blocked(client: Client, name: str, blocked: bool) -> None:
    """Block or unblock a subject.

    Raises:
        CliError: There is none, or the server refuses.
    """
    client.call("POST", _path(name), body={"blocked": blocked})


def _path(name: str) -> str:
    return f"{PATH}/{quote(name, safe='')}"


def _subject(value: JSONValue) -> Subject:
    fields = members(value)
    namespaces = fields.get("namespaces")
    keys: dict[str, str] = {}
    for each in namespaces if isinstance(namespaces, list) else ():
        entry = members(each)
        keys[text_of(entry.get("name"))] = (
            f"{text_of(entry.get('uuid'))}:{text_of(entry.get('key'))}"
        )
    return Subject(
        name=text_of(fields.get("subject")), blocked=fields.get("blocked") is True, keys=keys
    )

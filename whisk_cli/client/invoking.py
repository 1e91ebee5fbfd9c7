"""Invoking an action, and telling the three ways a blocking call can end apart.

**Source**: contracts/rest-api.md §3.4, §9.1; contracts/cli.md §3.8. Whether an action failed is
decided by the status alone, never by the keys of its result (cli.md §7-7).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from whisk_cli.client import paths
from whisk_cli.client.api import ACTIVATION_HEADER, Client, decoded, failure
from whisk_cli.jsonvalue import JSONObject, JSONValue, members, text_of
from whisk_cli.names import QualifiedName

_ACCEPTED = 202
_APPLICATION_ERROR = 502


class Ending(Enum):
    """How an invocation ended."""

    DONE = "done"
    """Accepted (non-blocking), or finished well (blocking)."""
    UNFINISHED = "unfinished"
    """The blocking wait elapsed; the activation continues."""
    FAILED = "failed"
    """The action ran and failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoked:
    """What came back.

    Attributes:
        ending: How it ended.
        document: The record, the bare result, or ``{"activationId": …}``.
        activation_id: Empty if the server did not say.
    """

    ending: Ending
    document: JSONValue
    activation_id: str


def invoke(
    client: Client, name: QualifiedName, payload: JSONObject, *, blocking: bool, result: bool
) -> Invoked:
    """Invoke an action.

    Args:
        client: The client.
        name: The action.
        payload: Its parameters.
        blocking: Whether to wait for its end.
        result: Whether only the result is wanted.

    Raises:
        ServerError: The server refused, or the platform failed.
    """
    query = (
        ("blocking", "true" if blocking else "false"),
        ("result", "true" if result else "false"),
    )
    response = client.request("POST", paths.entity(name, "actions"), query=query, body=payload)
    document = decoded(response)
    named = members(document)
    if response.status == _APPLICATION_ERROR and isinstance(document, dict) and "code" not in named:
        ending = Ending.FAILED
    elif not 200 <= response.status < 300:
        raise failure(response)
    elif blocking and response.status == _ACCEPTED:
        ending = Ending.UNFINISHED
    else:
        ending = Ending.DONE
    # A bare result may have a member of that name; only the header is then to be believed.
    in_body = "" if result and ending is Ending.DONE else text_of(named.get("activationId"))
    identifier = in_body or response.headers.get(ACTIVATION_HEADER, "")
    return Invoked(ending=ending, document=document, activation_id=identifier)

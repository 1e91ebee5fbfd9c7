"""The feed of a trigger: an action that is told when the trigger comes, changes, is read and goes.

**Source**: contracts/cli.md §1.9 and §10.
"""

from __future__ import annotations

from typing import Literal

from whisk_cli.client import invoking
from whisk_cli.client.api import Client
from whisk_cli.client.invoking import Invoked
from whisk_cli.errors import ServerError, explained
from whisk_cli.jsonvalue import JSONObject, text_of
from whisk_cli.names import QualifiedName, qualified
from whisk_cli.render.lists import annotation

Event = Literal["CREATE", "READ", "UPDATE", "DELETE"]

ANNOTATION = "feed"
"""Names the feed action, on the trigger."""


def feed_of(trigger: JSONObject) -> str:
    """Give the name of a trigger's feed, as stored; empty if it has none."""
    return text_of(annotation(trigger, ANNOTATION))


def tell(
    client: Client, feed: QualifiedName, event: Event, trigger: QualifiedName, payload: JSONObject
) -> Invoked:
    """Tell a feed about an event, and wait for its answer.

    Args:
        client: The client.
        feed: The feed action.
        event: What happened to the trigger.
        trigger: The trigger.
        payload: Parameters for the feed.

    Raises:
        ServerError: The server refused.
    """
    parameters: JSONObject = {
        **payload,
        "lifecycleEvent": event,
        "triggerName": trigger.full,
        "authKey": client.settings.auth,
    }
    return invoking.invoke(client, feed, parameters, blocking=True, result=False)


def configure(
    client: Client, feed: str, event: Event, trigger: QualifiedName, payload: JSONObject
) -> tuple[QualifiedName, Invoked]:
    """Tell the feed that a trigger names about an event.

    Args:
        client: The client.
        feed: The name of the feed as the trigger has it.
        event: What happened to the trigger.
        trigger: The trigger.
        payload: Parameters for the feed.

    Returns:
        The feed, and what it answered.

    Raises:
        CliError: The name is not valid, or the server refused; explained as the reference does.
    """
    with explained(f"Unable to configure feed '{feed}'"):
        name = qualified(feed)
        with explained(f"Unable to invoke action '{name.path}'"):
            return name, tell(client, name, event, trigger, payload)


def is_missing(problem: ServerError) -> bool:
    """Tell whether the server said that something does not exist."""
    return problem.status == 404

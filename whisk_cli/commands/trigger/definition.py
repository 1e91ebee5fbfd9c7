"""Creating a trigger, with its feed, and taking it back when the feed refuses.

**Source**: contracts/cli.md §1.9 and §10.
"""

from __future__ import annotations

from whisk_cli.client import entities
from whisk_cli.client.api import Client
from whisk_cli.client.invoking import Ending
from whisk_cli.commands import outcome
from whisk_cli.commands.pairs import as_json
from whisk_cli.commands.trigger import feed
from whisk_cli.commands.trigger.inputs import TriggerInputs
from whisk_cli.errors import CliError, Exit, ExitCode, explained
from whisk_cli.invocation import Invocation
from whisk_cli.jsonvalue import JSONObject
from whisk_cli.names import QualifiedName, qualified


def create(
    run: Invocation, client: Client, name: QualifiedName, given: TriggerInputs, feed_name: str
) -> None:
    """Create a trigger, then tell its feed, if it has one.

    Args:
        run: The invocation.
        client: The client.
        name: The trigger.
        given: Its inputs.
        feed_name: The feed as typed; empty for none.

    Raises:
        CliError: Wrong inputs, or the server or the feed refused; then there is no trigger.
        Exit: The feed failed (246) or has not finished (202); then there is no trigger.
    """
    source = qualified(feed_name) if feed_name else None
    if source is None and given.feed:
        raise CliError(
            "Incorrect usage. Trigger without a feed cannot have feed parameters",
            ExitCode.NOT_ALLOWED,
        )
    annotations = {**given.annotations}
    if source is not None:
        annotations[feed.ANNOTATION] = source.full
    body = body_of(name, annotations, given.for_trigger(has_feed=source is not None))
    with explained(f"Unable to create trigger '{name.path}'"):
        made = entities.put(client, "triggers", name, body, overwrite=False)
    run.console.document("triggers", made)
    if source is not None:
        try:
            _subscribe(run, client, source, name, given.for_feed())
        except (CliError, Exit):
            _take_back(run, client, source, name)
            raise
    run.console.ok(f"created trigger {run.console.bold(name.path)}")


def body_of(name: QualifiedName, annotations: JSONObject, parameters: JSONObject) -> JSONObject:
    """Write the body that makes or changes a trigger; only what was given."""
    body: JSONObject = {"name": name.path}
    if annotations:
        body["annotations"] = as_json(annotations.items())
    if parameters:
        body["parameters"] = as_json(parameters.items())
    return body


def _subscribe(
    run: Invocation,
    client: Client,
    source: QualifiedName,
    name: QualifiedName,
    payload: JSONObject,
) -> None:
    doing = f"Unable to create trigger '{name.path}': Unable to configure feed '{source.full}'"
    with explained(doing):
        invoked = feed.tell(client, source, "CREATE", name, payload)
    is_done = invoked.ending is Ending.DONE
    outcome.tell(run.console, source, invoked, header=is_done, body=True)


def _take_back(run: Invocation, client: Client, source: QualifiedName, name: QualifiedName) -> None:
    """Delete the trigger again; the feed is told too, since it may have done half of its work."""
    try:
        feed.tell(client, source, "DELETE", name, {})
    except CliError as problem:
        run.console.note(f"warning: Unable to configure feed '{source.full}': {problem.message}")
    try:
        entities.delete(client, "triggers", name)
    except CliError as problem:
        run.console.note(f"warning: Unable to delete trigger '{name.path}': {problem.message}")
        return
    run.console.note(f"{run.console.mark} deleted trigger {run.console.bold(name.path)}")

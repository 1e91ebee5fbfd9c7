"""``wsk trigger delete``.

**Source**: contracts/cli.md §1.9, §3.2 and §10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import entities
from whisk_cli.client.api import Client
from whisk_cli.commands import outcome
from whisk_cli.commands.trigger import feed
from whisk_cli.errors import CliError, Exit, explained
from whisk_cli.invocation import Invocation
from whisk_cli.names import QualifiedName, qualified

if TYPE_CHECKING:
    import typer


def delete_trigger(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="TRIGGER_NAME")] = None,
) -> None:
    """Delete a trigger; its feed is told first, and cannot prevent it."""
    run = invocation.current(ctx)
    client = run.client()
    name = qualified(arguments.expect(given, 1, 1, arguments.TRIGGER_NAME)[0])
    with explained(f"Unable to get trigger '{name.path}'"):
        trigger = entities.get(client, "triggers", name)
    source = feed.feed_of(trigger)
    if source:
        _unsubscribe(run, client, source, name)
    with explained(f"Unable to delete trigger '{name.path}'"):
        entities.delete(client, "triggers", name)
    run.console.ok(f"deleted trigger {run.console.bold(name.path)}")


def _unsubscribe(run: Invocation, client: Client, source: str, name: QualifiedName) -> None:
    try:
        feed_name, invoked = feed.configure(client, source, "DELETE", name, {})
        outcome.tell(run.console, feed_name, invoked, header=False, body=True)
    except Exit:
        return
    except CliError as problem:
        run.console.note(f"warning: {problem.message}")

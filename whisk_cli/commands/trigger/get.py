"""``wsk trigger get``.

**Source**: contracts/cli.md §1.9, §3.2 and §10. Deliberate difference: a feed that fails is named
on stderr; the exit code stays 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import entities
from whisk_cli.client.api import Client
from whisk_cli.client.invoking import Ending
from whisk_cli.commands.trigger import feed
from whisk_cli.errors import CliError, explained
from whisk_cli.invocation import Invocation
from whisk_cli.names import QualifiedName, qualified
from whisk_cli.render import entityview, summaries
from whisk_cli.render.shapes import TRIGGER

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.options import SummaryOption


def get_trigger(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="TRIGGER_NAME [FIELD]")] = None,
    summary: SummaryOption = False,
    no_feed: Annotated[
        bool, typer.Option("--no-feed", help="show the trigger itself, even if it has a feed")
    ] = False,
) -> None:
    """Show a trigger; of one with a feed, what the feed says about it."""
    run = invocation.current(ctx)
    client = run.client()
    names = arguments.expect(given, 1, 2, arguments.TRIGGER_NAME)
    member = names[1] if len(names) > 1 else None
    entityview.check_field(TRIGGER, member)
    name = qualified(names[0])
    with explained(f"Unable to get trigger '{name.path}'"):
        trigger = entities.get(client, "triggers", name)
    source = feed.feed_of(trigger)
    if source and not no_feed:
        _show_feed(run, client, source, name)
    elif summary:
        summaries.trigger(run.console, trigger)
    else:
        entityview.show(run.console, "trigger", name.path, trigger, TRIGGER, member)


def _show_feed(run: Invocation, client: Client, source: str, name: QualifiedName) -> None:
    try:
        _, invoked = feed.configure(client, source, "READ", name, {})
    except CliError as problem:
        run.console.note(f"warning: {problem.message}")
        return
    if invoked.ending is Ending.DONE:
        run.console.json(invoked.document, sort=True)
    else:
        run.console.note(
            f"warning: the feed '{source}' could not tell about the trigger; "
            f"see 'wsk activation get {invoked.activation_id}', or use --no-feed"
        )

"""``wsk trigger create``.

**Source**: contracts/cli.md §1.9, §3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.commands.trigger import inputs
from whisk_cli.commands.trigger.definition import create
from whisk_cli.names import qualified

if TYPE_CHECKING:
    import typer


def create_trigger(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="TRIGGER_NAME")] = None,
    feed: Annotated[
        str, typer.Option("--feed", "-f", metavar="ACTION_NAME", help="trigger feed ACTION_NAME")
    ] = "",
) -> None:
    """Create a trigger."""
    run = invocation.current(ctx)
    client = run.client()
    names = arguments.expect(given, 1, 1, arguments.TRIGGER_NAME)
    create(run, client, qualified(names[0]), inputs.read(run), feed)

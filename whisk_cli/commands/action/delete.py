"""``wsk action delete``.

**Source**: contracts/cli.md §1.4, §3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import entities
from whisk_cli.errors import explained
from whisk_cli.names import qualified

if TYPE_CHECKING:
    import typer


def delete_action(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="ACTION_NAME")] = None,
) -> None:
    """Delete an action."""
    run = invocation.current(ctx)
    client = run.client()
    name = qualified(arguments.expect(given, 1, 1, arguments.ACTION_NAME)[0])
    with explained(f"Unable to delete action '{name.path}'", show_usage_hint=True):
        entities.delete(client, "actions", name)
    run.console.ok(f"deleted action {run.console.bold(name.path)}")

"""``wsk context delete``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, contexts, invocation
from whisk_cli.commands.context.base import CONTEXT_NAME, profile_of

if TYPE_CHECKING:
    import typer


def delete_context(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="NAME")] = None,
) -> None:
    """Delete a saved connection."""
    run = invocation.current(ctx)
    (name,) = arguments.expect(given, 1, 1, CONTEXT_NAME)
    was_in_use = contexts.delete(profile_of(run), name)
    run.console.ok(f"deleted context {run.console.bold(name)}")
    if was_in_use:
        run.console.note("It was in use; the profile itself is used from now on.")

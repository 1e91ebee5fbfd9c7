"""``wsk context show``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, contexts, invocation
from whisk_cli.commands.context.base import CONTEXT_NAME, document, in_use, profile_of

if TYPE_CHECKING:
    import typer


def show_context(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="[NAME]")] = None,
) -> None:
    """Show a saved connection, by default the one in use; its key with --show-secrets."""
    run = invocation.current(ctx)
    names = arguments.expect(given, 0, 1, CONTEXT_NAME)
    shown = document(run, contexts.read(profile_of(run), names[0] if names else in_use(run)))
    if run.console.document("contexts", shown):
        return
    for label, value in shown.items():
        written = ("yes" if value else "no") if isinstance(value, bool) else value
        run.console.line(f"{label + ':':<12}{written}")

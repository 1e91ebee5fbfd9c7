"""``wsk context use``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, contexts, invocation
from whisk_cli.commands.context.base import CONTEXT_NAME, profile_of
from whisk_cli.config import CONTEXT_VARIABLE

if TYPE_CHECKING:
    import typer


def use_context(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="NAME")] = None,
) -> None:
    """Use a saved connection from now on; ``default`` is the profile itself."""
    run = invocation.current(ctx)
    (name,) = arguments.expect(given, 1, 1, CONTEXT_NAME)
    found = contexts.use(profile_of(run), name)
    host = found.properties.get("APIHOST", "")
    run.console.ok(f"using context {run.console.bold(name)}" + (f" ({host})" if host else ""))
    stronger = run.environment.get(CONTEXT_VARIABLE, "")
    if stronger and stronger != name:
        run.console.note(f"warning: {CONTEXT_VARIABLE} is set to '{stronger}' and wins.")
    elif run.environment.get("WHISK_APIHOST") or run.environment.get("WHISK_AUTH"):
        run.console.note("warning: WHISK_APIHOST or WHISK_AUTH is set and wins over any context.")

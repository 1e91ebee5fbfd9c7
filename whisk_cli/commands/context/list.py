"""``wsk context list``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, contexts, invocation
from whisk_cli.commands.context.base import document, profile_of
from whisk_cli.config import PLAIN
from whisk_cli.jsonvalue import text_of
from whisk_cli.render import columns

if TYPE_CHECKING:
    import typer


def list_contexts(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
) -> None:
    """List the saved connections; a star marks the one in use."""
    run = invocation.current(ctx)
    arguments.expect(given, 0, 0, arguments.NOTHING)
    base = profile_of(run)
    names = [PLAIN, *contexts.names(base)]
    documents = [document(run, contexts.read(base, name)) for name in names]
    if run.console.document("contexts", [*documents]):
        return
    rows = [
        (
            "*" if each["current"] is True else "",
            *(text_of(each.get(member)) for member in ("name", "apihost", "auth")),
        )
        for each in documents
    ]
    columns.show(run.console, ("", "context", "API host", "key"), rows)

"""``wsk namespace list``.

**Source**: contracts/cli.md §1.10, §3.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import server
from whisk_cli.errors import explained

if TYPE_CHECKING:
    import typer


def list_namespaces(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
) -> None:
    """List the namespaces of the key."""
    run = invocation.current(ctx)
    client = run.client()
    arguments.expect(given, 0, 0, arguments.NOTHING)
    with explained("Unable to obtain the list of available namespaces"):
        found = server.namespaces(client)
    if run.console.document("namespaces", [{"name": name} for name in found]):
        return
    run.console.line(run.console.bold("namespaces"))
    for name in found:
        run.console.line(name)

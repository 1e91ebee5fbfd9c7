"""``wsk activation result``.

**Source**: contracts/cli.md §1.5, §3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import activations
from whisk_cli.commands.activation.last import with_newest
from whisk_cli.errors import explained

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.activation.options import LastOption


def show_result(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="(ACTIVATION_ID or --last)")] = None,
    last: LastOption = False,
) -> None:
    """Show the result of an activation."""
    run = invocation.current(ctx)
    client = run.client()
    names = with_newest(client, given, last=last, doing="Unable to get result for activation")
    activation_id = arguments.expect(names, 1, 1, arguments.ACTIVATION_ID)[0]
    with explained(f"Unable to get result for activation '{activation_id}'"):
        found = activations.result(client, activation_id)
    run.console.json(found, sort=True)

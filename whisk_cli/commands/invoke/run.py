"""``wsk invoke``: ``wsk action invoke`` for people, who want to see what comes of it.

**Source**: contracts/cli.md §7-14: the old command stays as it is, a short one waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation, moments
from whisk_cli.client import invoking
from whisk_cli.client.invoking import Ending
from whisk_cli.commands import outcome
from whisk_cli.errors import explained
from whisk_cli.inputs import PAYLOAD, collect
from whisk_cli.names import qualified

if TYPE_CHECKING:
    import typer


def run_action(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="ACTION_NAME")] = None,
    full: Annotated[bool, typer.Option("--full", "-f", help="show the whole record")] = False,
    timeout: Annotated[
        str,
        typer.Option(
            "--timeout",
            metavar="TIME",
            help="wait at most so long: 30 (seconds), 90s, 5m (default 0 = no limit)",
        ),
    ] = "0",
) -> None:
    """Invoke an action, wait for its end, even if the server stops waiting, and show its result."""
    run = invocation.current(ctx)
    client = run.client()
    name = qualified(arguments.expect(given, 1, 1, arguments.ACTION_NAME)[0])
    limit_s = moments.seconds(timeout, "--timeout")
    payload = collect(run.inputs, PAYLOAD)
    with explained(f"Unable to invoke action '{name.path}'"):
        invoked = invoking.invoke(client, name, payload, blocking=True, result=not full)
    if invoked.ending is Ending.UNFINISHED:
        invoked = outcome.awaited(run, client, name, invoked, result=not full, limit_s=limit_s)
    outcome.tell(run.console, name, invoked, header=False, body=True)

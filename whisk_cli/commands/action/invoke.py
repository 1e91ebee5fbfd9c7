"""``wsk action invoke``.

**Source**: contracts/cli.md §1.4, §3.2, §3.8, §7-1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import invoking
from whisk_cli.client.invoking import Ending
from whisk_cli.commands import outcome
from whisk_cli.errors import explained
from whisk_cli.inputs import PAYLOAD, collect
from whisk_cli.names import qualified

if TYPE_CHECKING:
    import typer


def invoke_action(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="ACTION_NAME")] = None,
    blocking: Annotated[
        bool, typer.Option("--blocking", "-b", help="wait for the end of the activation")
    ] = False,
    result: Annotated[
        bool,
        typer.Option("--result", "-r", help="wait, and show only the result (unless it fails)"),
    ] = False,
    wait: Annotated[
        bool,
        typer.Option(
            "--wait", help="wait until the record is there, even if the server stops waiting"
        ),
    ] = False,
    wait_limit: Annotated[
        float,
        typer.Option("--wait-limit", metavar="SECONDS", help="wait at most so long (0 = no limit)"),
    ] = 0.0,
) -> None:
    """Invoke an action."""
    run = invocation.current(ctx)
    client = run.client()
    name = qualified(arguments.expect(given, 1, 1, arguments.ACTION_NAME)[0])
    parameters = collect(run.inputs, PAYLOAD)
    waits = wait or wait_limit > 0
    is_blocking = blocking or result or waits
    with explained(f"Unable to invoke action '{name.path}'", show_usage_hint=True):
        invoked = invoking.invoke(client, name, parameters, blocking=is_blocking, result=result)
    if waits and invoked.ending is Ending.UNFINISHED:
        invoked = outcome.awaited(run, client, name, invoked, result=result, limit_s=wait_limit)
    outcome.tell(run.console, name, invoked, header=not result, body=is_blocking)

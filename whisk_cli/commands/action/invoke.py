"""``wsk action invoke``.

**Source**: contracts/cli.md §1.4, §3.2, §3.8.
"""

from __future__ import annotations

from typing import Annotated

from whisk_cli import arguments, declare, invocation
from whisk_cli.client import invoking
from whisk_cli.commands import outcome
from whisk_cli.errors import explained
from whisk_cli.inputs import PARAMETERS, collect
from whisk_cli.names import qualified


def invoke_action(
    ctx: declare.Context,
    given: Annotated[list[str] | None, declare.Argument(metavar="ACTION_NAME")] = None,
    blocking: Annotated[
        bool, declare.Option("--blocking", "-b", help="wait for the end of the activation")
    ] = False,
    result: Annotated[
        bool,
        declare.Option("--result", "-r", help="wait, and show only the result (unless it fails)"),
    ] = False,
) -> None:
    """Invoke an action."""
    run = invocation.current(ctx)
    client = run.client()
    name = qualified(arguments.expect(given, 1, 1, arguments.ACTION_NAME)[0])
    parameters = collect(run.inputs, PARAMETERS)
    is_blocking = blocking or result
    with explained(f"Unable to invoke action '{name.path}'", show_usage_hint=True):
        invoked = invoking.invoke(client, name, parameters, blocking=is_blocking, result=result)
    outcome.tell(run.console, name, invoked, header=not result, body=is_blocking)

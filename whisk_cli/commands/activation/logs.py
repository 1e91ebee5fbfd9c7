"""``wsk activation logs``.

**Source**: contracts/cli.md §1.5, §3.2 and §10.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import activations
from whisk_cli.commands.activation.last import with_newest
from whisk_cli.errors import explained

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.activation.options import LastOption


_STAMPED = re.compile(
    r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-6]\d:[0-6]\d.\d+Z(?: *(?:stdout|stderr):)?\s(.*)", re.ASCII
)
"""A time with a fraction of a second, the stream, and the text; anywhere in the line."""


def show_logs(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="(ACTIVATION_ID or --last)")] = None,
    last: LastOption = False,
    strip: Annotated[
        bool, typer.Option("--strip", "-r", help="leave out the time and the stream")
    ] = False,
) -> None:
    """Show the log lines of an activation."""
    run = invocation.current(ctx)
    client = run.client()
    names = with_newest(client, given, last=last, doing="Unable to get logs for activation")
    activation_id = arguments.expect(names, 1, 1, arguments.ACTIVATION_ID)[0]
    with explained(f"Unable to get logs for activation '{activation_id}'"):
        lines = activations.logs(client, activation_id)
    for line in lines:
        run.console.line(stripped(line) if strip else line)


def stripped(line: str) -> str:
    """Leave out the time and the stream of a log line; a line without a text stays as it is."""
    match = _STAMPED.search(line)
    return match.group(1) if match and match.group(1) else line

"""How the end of an invocation is told: on stdout when it went well, on stderr when it did not.

**Source**: contracts/cli.md §3.2, §3.8.
"""

from __future__ import annotations

from whisk_cli import declare
from whisk_cli.client.invoking import Ending, Invoked
from whisk_cli.errors import ExitCode
from whisk_cli.names import QualifiedName
from whisk_cli.render import jsontext
from whisk_cli.render.console import Console


def tell(
    console: Console, name: QualifiedName, invoked: Invoked, *, header: bool, body: bool
) -> None:
    """Tell how an invocation ended.

    Args:
        console: Where to.
        name: The action as typed.
        invoked: What came back.
        header: Whether the line with the id is wanted.
        body: Whether the record or result is wanted.

    Raises:
        declare.Exit: With 202 if it has not finished, with 246 if the action failed.
    """
    lines: list[str] = []
    subject = f"invoked /{console.bold(name.namespace)}/{console.bold(name.path)}"
    with_id = f"with id {console.bold(invoked.activation_id)}"
    if header:
        lines.append(f"{console.mark} {subject} {with_id}")
    if body:
        lines.append(jsontext.pretty(invoked.document, sort=True))
    match invoked.ending:
        case Ending.DONE:
            for line in lines:
                console.line(line)
        case Ending.UNFINISHED:
            console.note(
                f"{console.mark} {subject}, but the request has not yet finished, {with_id}"
            )
            raise declare.Exit(ExitCode.ACCEPTED)
        case Ending.FAILED:
            for line in lines:
                console.note(line)
            raise declare.Exit(ExitCode.APPLICATION)

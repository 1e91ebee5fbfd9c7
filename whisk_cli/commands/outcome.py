"""How the end of an invocation is told: on stdout when it went well, on stderr when it did not.

Where a format was asked for, the document is on stdout and how it ended on stderr, in any case.

**Source**: contracts/cli.md §3.2, §3.8, §7-34.
"""

from __future__ import annotations

from whisk_cli.client.invoking import Ending, Invoked
from whisk_cli.errors import Exit, ExitCode
from whisk_cli.jsonvalue import members, text_of
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
        Exit: With 202 if it has not finished, with 246 if the action failed.
    """
    if console.choice is not None:
        console.json(invoked.document, sort=True)
    lines: list[str] = []
    subject = f"invoked /{console.bold(name.namespace)}/{console.bold(name.path)}"
    with_id = f"with id {console.bold(invoked.activation_id)}"
    if header:
        lines.append(f"{console.mark} {subject} {with_id}")
    if body and console.choice is None:
        lines.append(jsontext.pretty(invoked.document, sort=True))
    match invoked.ending:
        case Ending.DONE:
            for line in lines:
                if console.choice is None:
                    console.line(line)
                else:
                    console.note(line)
        case Ending.UNFINISHED:
            console.note(
                f"{console.mark} {subject}, but the request has not yet finished, {with_id}"
            )
            raise Exit(ExitCode.ACCEPTED)
        case Ending.FAILED:
            for line in lines:
                console.note(line)
            # Scripts read the document from stderr: only a person, or nothing beside it.
            if console.is_watched or console.choice is not None:
                _tell_failure(console, name, invoked)
            raise Exit(ExitCode.APPLICATION)


def _tell_failure(console: Console, name: QualifiedName, invoked: Invoked) -> None:
    status = text_of(members(members(invoked.document).get("response")).get("status"))
    how = f"failed with an {status}" if status.startswith(("a", "e", "i")) else "failed"
    seen = f": wsk activation get {invoked.activation_id}" if invoked.activation_id else ""
    console.error(f"/{name.namespace}/{name.path} {how}{seen}")

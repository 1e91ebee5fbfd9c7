"""How the end of an invocation is told: on stdout when it went well, on stderr when it did not.

Where a format was asked for, the document is on stdout and how it ended on stderr, in any case.

**Source**: contracts/cli.md §3.2, §3.8, §7-34.
"""

from __future__ import annotations

from whisk_cli.client.api import Client
from whisk_cli.client.invoking import Ending, Invoked
from whisk_cli.errors import Exit, ExitCode, explained
from whisk_cli.invocation import Invocation
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
    if header and console.quiet:
        # A record says its id itself.
        lines += [] if body else [invoked.activation_id]
    elif header:
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


def awaited(
    run: Invocation,
    client: Client,
    name: QualifiedName,
    invoked: Invoked,
    *,
    result: bool,
    limit_s: float,
) -> Invoked:
    """Follow an activation that has not finished.

    Args:
        run: The invocation.
        client: The client.
        name: The action as typed.
        invoked: What came back when the server stopped waiting.
        result: Whether only the result is wanted.
        limit_s: How many seconds to wait at most; 0 for as long as it takes.

    Returns:
        How it ended; what came back, as it is, when time is up.

    Raises:
        CliError: The server refuses.
    """
    from whisk_cli.client import waiting

    identifier = invoked.activation_id
    shown = f"/{name.namespace}/{name.path}"
    run.console.note(f"{shown} has not yet finished; waiting for activation {identifier}")
    with explained(f"Unable to wait for activation '{identifier}'"):
        record = waiting.until_recorded(
            client,
            identifier,
            limit_s=limit_s,
            tick=lambda waited: run.console.passing(f"{shown} … {waited:.0f} s"),
        )
    run.console.passing("")
    if record is None:
        return invoked
    response = members(record.get("response"))
    return Invoked(
        ending=Ending.DONE if response.get("success") is True else Ending.FAILED,
        document=response.get("result") if result else record,
        activation_id=identifier,
    )

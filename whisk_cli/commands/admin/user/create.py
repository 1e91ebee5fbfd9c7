"""``wsk admin user create``: create a subject, or a namespace of it, and print its key."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import subjects
from whisk_cli.commands.admin.systemkey import operator_client
from whisk_cli.errors import CliError, ExitCode

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.platform.options import StateDirOption


SUBJECT = "A subject is required."


def create(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="SUBJECT")] = None,
    *,
    namespace: Annotated[
        str, typer.Option("--namespace", metavar="NAME", help="namespace, by default the subject")
    ] = "",
    with_auth: Annotated[
        str,
        typer.Option("--with-auth", metavar="FILE", help="take uuid:key from FILE ('-' = stdin)"),
    ] = "",
    state_dir: StateDirOption = "",
) -> None:
    """Print ``uuid:key`` alone on a line."""
    run = invocation.current(ctx)
    (name,) = arguments.expect(names, 1, 1, SUBJECT)
    auth = _read(with_auth) if with_auth else ""
    client = operator_client(run, state_dir)
    subject = subjects.create(client, name, namespace=namespace, auth=auth)
    run.console.line(subject.keys[namespace or name])


def _read(path: str) -> str:
    # Not from the command line itself: every process of the machine can read that.
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise CliError(
            f"The key cannot be read from '{path}': {problem}.", ExitCode.MISUSE
        ) from problem
    return text.strip()

"""``wsk admin user get``: print the key of a subject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import subjects
from whisk_cli.commands.admin.systemkey import operator_client
from whisk_cli.errors import CliError

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.platform.options import StateDirOption


SUBJECT = "A subject is required."


def get(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="SUBJECT")] = None,
    *,
    namespace: Annotated[
        str, typer.Option("--namespace", metavar="NAME", help="namespace, by default the subject")
    ] = "",
    everything: Annotated[
        bool, typer.Option("--all", "-a", help="all namespaces, one on a line")
    ] = False,
    state_dir: StateDirOption = "",
) -> None:
    """Print ``uuid:key``, or with --all ``namespace<TAB>uuid:key`` lines."""
    run = invocation.current(ctx)
    (name,) = arguments.expect(names, 1, 1, SUBJECT)
    subject = subjects.get(operator_client(run, state_dir), name)
    if everything:
        for each, auth in subject.keys.items():
            run.console.line(f"{each}\t{auth}")
        return
    key = subject.keys.get(namespace or name)
    if key is None:
        raise CliError(f"The subject '{name}' has no namespace '{namespace or name}'.")
    run.console.line(key)

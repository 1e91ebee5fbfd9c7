"""``wsk admin user delete``: delete a subject, or a namespace of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import subjects
from whisk_cli.commands.admin.systemkey import operator_client

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.platform.options import StateDirOption


SUBJECT = "A subject is required."


def delete(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="SUBJECT")] = None,
    *,
    namespace: Annotated[
        str,
        typer.Option("--namespace", metavar="NAME", help="only this namespace of the subject"),
    ] = "",
    state_dir: StateDirOption = "",
) -> None:
    """Delete at once; the keys stop working within a second."""
    run = invocation.current(ctx)
    (name,) = arguments.expect(names, 1, 1, SUBJECT)
    subjects.delete(operator_client(run, state_dir), name, namespace=namespace)
    run.console.line("Namespace deleted" if namespace else "Subject deleted")

"""``wsk admin user delete``: delete a subject, or a namespace of it."""

from __future__ import annotations

from typing import Annotated

from whisk_cli import arguments, declare, invocation
from whisk_cli.client import subjects
from whisk_cli.commands.admin.systemkey import operator_client
from whisk_cli.commands.platform.options import StateDirOption

SUBJECT = "A subject is required."


def delete(
    ctx: declare.Context,
    names: Annotated[list[str] | None, declare.Argument(metavar="SUBJECT")] = None,
    *,
    namespace: Annotated[
        str,
        declare.Option("--namespace", metavar="NAME", help="only this namespace of the subject"),
    ] = "",
    state_dir: StateDirOption = "",
) -> None:
    """Delete at once; the keys stop working within a second."""
    run = invocation.current(ctx)
    (name,) = arguments.expect(names, 1, 1, SUBJECT)
    subjects.delete(operator_client(run, state_dir), name, namespace=namespace)
    run.console.line("Namespace deleted" if namespace else "Subject deleted")

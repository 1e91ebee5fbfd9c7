"""``wsk admin user block`` and ``unblock``: refuse and accept the keys of subjects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import subjects
from whisk_cli.commands.admin.systemkey import operator_client
from whisk_cli.errors import CliError, Exit

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.platform.options import StateDirOption

    Names = Annotated[list[str] | None, typer.Argument(metavar="SUBJECT...")]


SUBJECTS = "One or more subjects are required."
MANY = 1000


def block(ctx: typer.Context, names: Names = None, *, state_dir: StateDirOption = "") -> None:
    """Block subjects; exit status = number of failures."""
    _set(ctx, names, state_dir, blocked=True)


def unblock(ctx: typer.Context, names: Names = None, *, state_dir: StateDirOption = "") -> None:
    """Unblock subjects; exit status = number of failures."""
    _set(ctx, names, state_dir, blocked=False)


def _set(ctx: typer.Context, names: list[str] | None, state_dir: str, *, blocked: bool) -> None:
    run = invocation.current(ctx)
    given = arguments.expect(names, 1, MANY, SUBJECTS)
    client = operator_client(run, state_dir)
    failures = 0
    for name in given:
        try:
            subjects.set_blocked(client, name, blocked)
        except CliError as problem:
            run.console.error(problem.message)
            failures += 1
        else:
            done = "blocked" if blocked else "unblocked"
            run.console.line(f'"{name}" {done} successfully')
    if failures:
        raise Exit(failures)

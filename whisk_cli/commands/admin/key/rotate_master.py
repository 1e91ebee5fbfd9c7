"""``wsk admin key rotate-master``: seal every secret with a new master key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import operator
from whisk_cli.commands.admin.systemkey import operator_client

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.platform.options import StateDirOption


def rotate_master(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="")] = None,
    *,
    state_dir: StateDirOption = "",
) -> None:
    """Replace the key that seals; the platform goes on, and no key of a user changes."""
    run = invocation.current(ctx)
    arguments.expect(names, 0, 0, arguments.NOTHING)
    sealed = operator.rotate_master_key(operator_client(run, state_dir))
    run.console.ok(f"sealed {sealed} secrets with a new master key")
    run.console.note("The former key is kept for work under way, until the next start.")
    run.console.note("Backups from before need the key that is in them: keep them as safe as it.")

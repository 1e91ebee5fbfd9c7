"""``wsk platform restore``: put a backup in the place of what this machine's platform knows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.errors import CliError
from whisk_cli.machine import backups
from whisk_cli.machine.statedir import locate

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.platform.options import StateDirOption


FILE = "The name of a backup is required."


def restore(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="FILE")] = None,
    *,
    state_dir: StateDirOption = "",
) -> None:
    """Verify a backup and restore it; the platform must not be running, its state is kept aside."""
    run = invocation.current(ctx)
    (name,) = arguments.expect(names, 1, 1, FILE)
    state = locate(state_dir, run.environment)
    if state.is_held():
        raise CliError(
            f"The platform in {state.path} is running, and a restore would pull its state away from"
            " under it. Stop it with 'wsk platform stop', restore, and start it again."
        )
    restored = backups.restore(state, Path(name).expanduser().absolute())
    run.console.ok(f"restored {backups.told(restored)} from {name}")
    if restored["aside"]:
        run.console.note(f"What was there before is in {restored['aside']}.")
    run.console.note("Start the platform with 'wsk platform start'.")

"""``wsk platform backup``: write everything that the platform on this machine knows to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.machine import backups
from whisk_cli.machine.statedir import locate

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.platform.options import StateDirOption


FILE = "The name of a file is required."


def backup(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="FILE")] = None,
    *,
    state_dir: StateDirOption = "",
) -> None:
    """Back up actions, triggers, rules, packages, records, keys and settings; it may be running."""
    run = invocation.current(ctx)
    (name,) = arguments.expect(names, 1, 1, FILE)
    state = locate(state_dir, run.environment)
    file = Path(name).expanduser().absolute()
    written = backups.write(state, file)
    run.console.ok(f"backed up {backups.told(written)} to {name}")
    run.console.note("Who has this file has all keys and all code: keep it safe.")

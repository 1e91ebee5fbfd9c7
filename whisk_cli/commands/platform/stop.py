"""``wsk platform stop``: let the platform end its work, and stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.errors import CliError
from whisk_cli.machine import process
from whisk_cli.machine.statedir import locate

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.platform.options import StateDirOption


def stop(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="")] = None,
    *,
    state_dir: StateDirOption = "",
    force: Annotated[
        bool, typer.Option("--force", help="kill it instead of letting it end its work")
    ] = False,
) -> None:
    """Stop the platform; does nothing if none is running."""
    run = invocation.current(ctx)
    arguments.expect(names, 0, 0, arguments.NOTHING)
    state = locate(state_dir, run.environment)
    running = state.running()
    if running is None:
        if state.is_held():
            raise CliError("The platform is just starting or stopping. Try again in a moment.")
        run.console.ok("no platform is running")
        return
    if not process.terminate(state, running.pid, force=force):
        raise CliError(
            f"The platform (pid {running.pid}) has not ended after"
            f" {process.STOP_SECONDS:.0f} seconds. Kill it with 'wsk platform stop --force'."
        )
    run.console.ok("stopped the platform")

"""``wsk platform service uninstall``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.commands.platform.service import place
from whisk_cli.errors import CliError
from whisk_cli.machine.units import LOG_SERVICE, LOG_TIMER, SERVICE

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.platform.service.options import SystemOption


def uninstall(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="")] = None,
    *,
    system: SystemOption = False,
) -> None:
    """Stop the service and remove its units; the state of the platform stays."""
    run = invocation.current(ctx)
    arguments.expect(names, 0, 0, arguments.NOTHING)
    manager, _ = place.of(run, "", system=system)
    paths = [manager.folder / name for name in (LOG_TIMER, LOG_SERVICE, SERVICE)]
    if not any(path.exists() for path in paths):
        run.console.ok("no service is installed")
        return
    manager.require()
    manager.tell("disable", "--now", LOG_TIMER, SERVICE)
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as problem:
            raise CliError(f"The unit {path} cannot be removed: {problem.strerror}.") from problem
    manager.tell("daemon-reload")
    run.console.ok("the service is uninstalled; the state directory is as it was")

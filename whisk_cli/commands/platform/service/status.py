"""``wsk platform service status``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.commands.platform.service import place
from whisk_cli.errors import CliError, Exit, ExitCode
from whisk_cli.machine.units import LOG_TIMER, SERVICE

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.platform.service.options import SystemOption


def status(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="")] = None,
    *,
    system: SystemOption = False,
) -> None:
    """Show what systemd says of the service; exit 1 unless it is active."""
    run = invocation.current(ctx)
    arguments.expect(names, 0, 0, arguments.NOTHING)
    manager, _ = place.of(run, "", system=system)
    unit = manager.folder / SERVICE
    if not unit.exists():
        raise CliError("No service is installed. Install it with 'wsk platform service install'.")
    manager.require()
    active = manager.ask("is-active", SERVICE)
    told = {
        "unit": str(unit),
        "active": active,
        "enabled": manager.ask("is-enabled", SERVICE),
        "rotation": manager.ask("is-active", LOG_TIMER),
    }
    if run.console.choice is not None:
        run.console.json({**told})
    else:
        for label, text in told.items():
            run.console.line(f"{label + ':':<12}{text}")
    if active != "active":
        raise Exit(ExitCode.GENERAL)

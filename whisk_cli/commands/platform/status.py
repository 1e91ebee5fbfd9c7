"""``wsk platform status``: show the platform that runs on this machine."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.errors import CliError
from whisk_cli.machine.statedir import Running, StateDir, locate

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.platform.options import StateDirOption


def status(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="")] = None,
    *,
    state_dir: StateDirOption = "",
) -> None:
    """Show address, process, isolation and kinds; exit 1 if no platform is running."""
    run = invocation.current(ctx)
    arguments.expect(names, 0, 0, arguments.NOTHING)
    state = locate(state_dir, run.environment)
    running = state.running()
    if running is None:
        if state.is_held():
            raise CliError("The platform is just starting or stopping. Try again in a moment.")
        raise CliError(
            f"No platform is running in {state.path}. Start it with 'wsk platform start'."
        )
    run.console.ok(f"the platform is running at {running.address}")
    if run.console.choice is not None:
        run.console.document(
            "platform", {"address": running.address, **dict(_rows(state, running))}
        )
        return
    for label, value in _rows(state, running):
        run.console.line(f"{label + ':':<12}{value}")
    for warning in running.warnings:
        run.console.note(f"warning: {warning}")


def _rows(state: StateDir, running: Running) -> list[tuple[str, str]]:
    since = datetime.fromtimestamp(running.started_ms / 1000).strftime("%Y-%m-%d %H:%M:%S")
    keys = "public development keys" if running.development_keys else "generated"
    return [
        ("version", running.version),
        ("process", f"{running.pid}, since {since}"),
        ("state", str(state.path)),
        ("log", str(state.log_file)),
        ("isolation", running.isolation),
        ("memory", running.memory),
        ("network", running.network),
        ("kinds", ", ".join(running.kinds) or "none"),
        ("keys", keys),
    ]

"""``wsk dev``.

**Source**: contracts/cli.md §7-22 and §8 (watch, deploy and logs in one terminal).
"""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client.live import Live, Watched
from whisk_cli.client.tails import Tails, Told
from whisk_cli.commands.dev.deployment import Deployment
from whisk_cli.errors import CliError, Exit, ExitCode, NetworkError
from whisk_cli.invocation import Invocation
from whisk_cli.render.loglines import Layout, line_of
from whisk_cli.sources.watching import Watch

if TYPE_CHECKING:
    import typer

_OPTIONAL_FOLDER = "An optional folder is the only valid argument."
_TICK_SECONDS = 0.1


def develop(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="[DIR]")] = None,
    once: Annotated[bool, typer.Option("--once", help="deploy everything and end")] = False,
    strip: Annotated[
        bool, typer.Option("--strip", "-r", help="leave time and stream out of log lines")
    ] = False,
) -> None:
    """Deploy every action of a folder; then deploy what changes and show their logs."""
    run = invocation.current(ctx)
    names = arguments.expect(given, 0, 1, _OPTIONAL_FOLDER)
    folder = Path(names[0] if names else ".")
    deployment = Deployment(folder, run.client(), run.console, run.environment)
    if once:
        if not deployment.catch_up():
            raise Exit(ExitCode.GENERAL)
        _check_any(deployment)
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _follow(run, deployment, strip=strip)
    except KeyboardInterrupt:
        run.console.note("\nStopped. What was deployed stays deployed.")
        raise


def _check_any(deployment: Deployment) -> None:
    if not deployment.names:
        raise CliError(
            f"There is no action in '{deployment.folder}': make one with "
            f"'wsk init {deployment.folder} --language python'."
        )


def _follow(run: Invocation, deployment: Deployment, *, strip: bool) -> None:
    wanted = Watched(events=("start", "log", "end"), full=True)
    with (
        Watch(deployment.folder) as watch,
        Live(run.client(), wanted, run.console.note) as live,
    ):
        live.open()
        deployment.catch_up()
        if not deployment.names:
            run.console.note(f"There is no action in '{deployment.folder}' yet.")
        _introduce(run, live)
        tails = Tails()
        layout = Layout(run.console, tuple(deployment.names), strip=strip)
        missed: set[Path] = set()
        for event in live.happenings(tick_s=_TICK_SECONDS):
            told = tails.take(event) if event is not None else None
            if told is not None and told.action in deployment.names:
                _show(layout, told)
            if event is None or not live.pending():
                run.console.flush()
            fresh = watch.take()
            if fresh:
                missed = _catch_up(run, deployment, missed | fresh)


def _introduce(run: Invocation, live: Live) -> None:
    follows = "their logs come here" if live.streams else "their logs come here when they end"
    run.console.note(f"Watching; {follows}. Ctrl-C ends it.")


def _catch_up(run: Invocation, deployment: Deployment, changed: set[Path]) -> set[Path]:
    """Deploy what has changed; gives back what goes with the next change, if it could not go."""
    try:
        deployment.catch_up(changed)
    except NetworkError as problem:
        run.console.error(f"{problem.message} It is deployed with the next change.")
        return changed
    except CliError as problem:
        run.console.error(problem.message)
    return set()


def _show(layout: Layout, told: Told) -> None:
    for raw in told.lines:
        layout.write(line_of(told.action, told.activation_id, raw))
    if told.status not in ("", "success"):
        layout.failed(told.action, told.activation_id, told.status)

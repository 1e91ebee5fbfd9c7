"""``wsk platform logs``: print the log of the platform."""

from __future__ import annotations

import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

from whisk_cli import arguments, invocation
from whisk_cli.errors import CliError
from whisk_cli.invocation import Invocation
from whisk_cli.machine.statedir import locate

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.platform.options import StateDirOption


_FOLLOW_SECONDS = 0.2


def logs(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="")] = None,
    *,
    state_dir: StateDirOption = "",
    lines: Annotated[
        int,
        typer.Option("--lines", "-n", metavar="N", help="how many of the last lines, 0 = all"),
    ] = 200,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="wait for more")] = False,
) -> None:
    """Print the last lines of the log."""
    run = invocation.current(ctx)
    arguments.expect(names, 0, 0, arguments.NOTHING)
    path = locate(state_dir, run.environment).log_file
    try:
        with path.open("rb") as file:
            _print_tail(run, file, lines)
            if follow:
                _follow(run, file, path)
    except FileNotFoundError as problem:
        raise CliError(
            f"There is no log {path}: no platform was started in the background here."
        ) from problem
    except OSError as problem:
        raise CliError(f"The log {path} cannot be read: {problem.strerror}.") from problem


def _print_tail(run: Invocation, file: BinaryIO, lines: int) -> None:
    kept = deque(file, maxlen=lines) if lines > 0 else file
    for line in kept:
        run.console.write(line.decode("utf-8", "replace"))
    run.console.flush()


def _follow(run: Invocation, file: BinaryIO, path: Path) -> None:
    while path.exists():
        for line in file:
            run.console.write(line.decode("utf-8", "replace"))
        run.console.flush()
        if path.exists() and file.tell() > path.stat().st_size:
            # It was rotated: what comes now begins at its beginning.
            file.seek(0)
        time.sleep(_FOLLOW_SECONDS)

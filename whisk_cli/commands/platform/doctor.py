"""``wsk platform doctor``: examine what this machine can and cannot do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.errors import Exit, ExitCode
from whisk_cli.machine import process
from whisk_cli.machine.statedir import locate

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.platform.options import StateDirOption


_MARKS = {"ok": "ok", "warning": "warn", "problem": "FAIL"}


def doctor(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="")] = None,
    *,
    state_dir: StateDirOption = "",
) -> None:
    """Print one line for each check, with the remedy below it; exit 1 if one failed."""
    run = invocation.current(ctx)
    arguments.expect(names, 0, 0, arguments.NOTHING)
    checks = process.diagnose(locate(state_dir, run.environment))
    shown = run.console.document("checks", [{**check} for check in checks])
    for check in () if shown else checks:
        run.console.line(f"{_MARKS[check['state']]:<5} {check['name']}: {check['detail']}")
        if check["remedy"]:
            run.console.line(f"      {check['remedy']}")
    if any(check["state"] == "problem" for check in checks):
        raise Exit(ExitCode.GENERAL)

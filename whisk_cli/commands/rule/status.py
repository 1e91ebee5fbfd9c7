"""``wsk rule status``.

**Source**: contracts/cli.md §1.8, §3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import rules
from whisk_cli.errors import CliError
from whisk_cli.names import qualified

if TYPE_CHECKING:
    import typer


def show_status(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="RULE_NAME")] = None,
) -> None:
    """Tell whether a rule is active."""
    run = invocation.current(ctx)
    client = run.client()
    name = qualified(arguments.expect(given, 1, 1, arguments.RULE_NAME)[0])
    try:
        status = rules.status_of(client, name)
    except CliError as problem:
        problem.show_usage_hint = True
        raise
    run.console.ok(
        f"rule {run.console.bold(name.path)} is {run.console.bold(status)}", answer=status
    )

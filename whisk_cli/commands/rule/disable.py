"""``wsk rule disable``.

**Source**: contracts/cli.md §1.8, §3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import rules
from whisk_cli.errors import explained
from whisk_cli.names import qualified

if TYPE_CHECKING:
    import typer


def disable_rule(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="RULE_NAME")] = None,
) -> None:
    """Disable a rule."""
    run = invocation.current(ctx)
    client = run.client()
    name = qualified(arguments.expect(given, 1, 1, arguments.RULE_NAME)[0])
    with explained(f"Unable to disable rule '{name.path}'"):
        rules.set_status(client, name, "inactive")
    run.console.ok(f"disabled rule {run.console.bold(name.path)}")

"""``wsk rule update``.

**Source**: contracts/cli.md §1.8, §3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import entities
from whisk_cli.commands.rule.definition import body_of
from whisk_cli.errors import explained
from whisk_cli.names import qualified

if TYPE_CHECKING:
    import typer


def update_rule(
    ctx: typer.Context,
    given: Annotated[
        list[str] | None, typer.Argument(metavar="RULE_NAME TRIGGER_NAME ACTION_NAME")
    ] = None,
) -> None:
    """Update a rule, or create it if it does not exist."""
    run = invocation.current(ctx)
    client = run.client()
    rule, trigger, action = arguments.expect(given, 3, 3, arguments.RULE_TRIGGER_ACTION)
    name = qualified(rule)
    with explained(f"Unable to update rule '{name.path}'"):
        made = entities.put(client, "rules", name, body_of(name, trigger, action), overwrite=True)
    run.console.document("rules", made)
    run.console.ok(f"updated rule {run.console.bold(name.path)}")

"""``wsk rule create``.

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


def create_rule(
    ctx: typer.Context,
    given: Annotated[
        list[str] | None, typer.Argument(metavar="RULE_NAME TRIGGER_NAME ACTION_NAME")
    ] = None,
) -> None:
    """Create a rule."""
    run = invocation.current(ctx)
    client = run.client()
    rule, trigger, action = arguments.expect(given, 3, 3, arguments.RULE_TRIGGER_ACTION)
    name = qualified(rule)
    with explained(f"Unable to create rule '{name.path}'"):
        made = entities.put(client, "rules", name, body_of(name, trigger, action), overwrite=False)
    run.console.document("rules", made)
    run.console.ok(f"created rule {run.console.bold(name.path)}")

"""``wsk rule delete``.

**Source**: contracts/cli.md §1.8, §3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import entities, rules
from whisk_cli.errors import explained
from whisk_cli.names import qualified

if TYPE_CHECKING:
    import typer


def delete_rule(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="RULE_NAME")] = None,
    disable: Annotated[
        bool, typer.Option("--disable", help="disable the rule before deleting it")
    ] = False,
) -> None:
    """Delete a rule."""
    run = invocation.current(ctx)
    client = run.client()
    name = qualified(arguments.expect(given, 1, 1, arguments.RULE_NAME)[0])
    if disable:
        with explained(f"Unable to disable rule '{name.path}'"):
            rules.set_status(client, name, "inactive")
    with explained(f"Unable to delete rule '{name.path}'"):
        entities.delete(client, "rules", name)
    run.console.ok(f"deleted rule {run.console.bold(name.path)}")

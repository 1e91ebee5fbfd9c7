"""``wsk rule get``.

**Source**: contracts/cli.md §1.8, §3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import entities
from whisk_cli.errors import explained
from whisk_cli.names import qualified
from whisk_cli.render import entityview, summaries
from whisk_cli.render.shapes import RULE

if TYPE_CHECKING:
    import typer


def get_rule(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="RULE_NAME [FIELD]")] = None,
    summary: Annotated[bool, typer.Option("--summary", "-s", help="show a summary")] = False,
) -> None:
    """Show a rule."""
    run = invocation.current(ctx)
    client = run.client()
    names = arguments.expect(given, 1, 2, arguments.RULE_NAME)
    member = names[1] if len(names) > 1 else None
    entityview.check_field(RULE, member)
    name = qualified(names[0])
    with explained(f"Unable to get rule '{name.path}'", show_usage_hint=True):
        rule = entities.get(client, "rules", name)
    if summary:
        summaries.rule(run.console, rule)
    else:
        entityview.show(run.console, "rule", name.path, rule, RULE, member)

"""``wsk action list``.

**Source**: contracts/cli.md §1.4, §3.5.
"""

from __future__ import annotations

from typing import Annotated

from whisk_cli import arguments, declare, invocation
from whisk_cli.client import entities
from whisk_cli.commands.options import DEFAULT_LIMIT, LimitOption, NameSortOption, SkipOption
from whisk_cli.errors import explained
from whisk_cli.names import QualifiedName, qualified, shown_namespace
from whisk_cli.render import lists


def list_actions(
    ctx: declare.Context,
    given: Annotated[list[str] | None, declare.Argument(metavar="[/NAMESPACE or PACKAGE]")] = None,
    skip: SkipOption = 0,
    limit: LimitOption = DEFAULT_LIMIT,
    name_sort: NameSortOption = False,
) -> None:
    """List the actions of a namespace or of a package."""
    run = invocation.current(ctx)
    client = run.client()
    named = arguments.expect(given, 0, 1, arguments.OPTIONAL_NAMESPACE)
    name = qualified(named[0]) if named else QualifiedName()
    with explained(
        f"Unable to obtain the list of actions for namespace '{shown_namespace()}'",
        show_usage_hint=True,
    ):
        listed = entities.list_page(
            client, "actions", name.namespace, limit=limit, skip=skip, package=name.path
        )
    lists.show(run.console, "actions", listed, by_name=name_sort)

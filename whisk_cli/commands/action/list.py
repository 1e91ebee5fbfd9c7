"""``wsk action list``.

**Source**: contracts/cli.md §1.4, §3.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import entities
from whisk_cli.commands.page import DEFAULT_LIMIT, Page
from whisk_cli.errors import explained
from whisk_cli.names import QualifiedName, qualified, shown_namespace
from whisk_cli.render import lists

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.options import (
        AllOption,
        CountOption,
        KindFilterOption,
        LimitOption,
        NameOption,
        NameSortOption,
        SinceOption,
        SkipOption,
        UptoOption,
    )


def list_actions(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="[/NAMESPACE or PACKAGE]")] = None,
    skip: SkipOption = 0,
    limit: LimitOption = DEFAULT_LIMIT,
    name_sort: NameSortOption = False,
    every: AllOption = False,
    count: CountOption = False,
    name: NameOption = "",
    kind: KindFilterOption = "",
    since: SinceOption = "",
    upto: UptoOption = "",
) -> None:
    """List the actions of a namespace or of a package."""
    run = invocation.current(ctx)
    client = run.client()
    named = arguments.expect(given, 0, 1, arguments.OPTIONAL_NAMESPACE)
    where = qualified(named[0]) if named else QualifiedName()
    page = Page(
        skip=skip,
        limit=limit,
        by_name=name_sort,
        every=every,
        count=count,
        name=name,
        kind=kind,
        since=since,
        upto=upto,
    )
    if not page.is_plain:
        from whisk_cli.commands import longlist

        wanted = longlist.Listing(kind="actions", namespace=where.namespace, package=where.path)
        longlist.show_entities(run, client, wanted, page)
        return
    with explained(
        f"Unable to obtain the list of actions for namespace '{shown_namespace()}'",
        show_usage_hint=True,
    ):
        listed = entities.list_page(
            client, "actions", where.namespace, limit=limit, skip=skip, package=where.path
        )
    lists.show(run.console, "actions", listed, by_name=name_sort)

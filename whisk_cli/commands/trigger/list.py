"""``wsk trigger list``.

**Source**: contracts/cli.md §3.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from whisk_cli import invocation
from whisk_cli.commands.listing import show_page
from whisk_cli.commands.page import DEFAULT_LIMIT, Page

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.options import (
        AllOption,
        CountOption,
        LimitOption,
        NameOption,
        NameSortOption,
        NamespaceArgument,
        SinceOption,
        SkipOption,
        UptoOption,
    )


def list_triggers(
    ctx: typer.Context,
    given: NamespaceArgument = None,
    skip: SkipOption = 0,
    limit: LimitOption = DEFAULT_LIMIT,
    name_sort: NameSortOption = False,
    every: AllOption = False,
    count: CountOption = False,
    name: NameOption = "",
    since: SinceOption = "",
    upto: UptoOption = "",
) -> None:
    """List the triggers of a namespace."""
    run = invocation.current(ctx)
    page = Page(
        skip=skip,
        limit=limit,
        by_name=name_sort,
        every=every,
        count=count,
        name=name,
        since=since,
        upto=upto,
    )
    show_page(run, "triggers", given, page)

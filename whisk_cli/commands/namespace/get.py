"""``wsk namespace get``.

**Source**: contracts/cli.md §1.10, §7-20.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import invocation
from whisk_cli.commands.contents import show_contents
from whisk_cli.commands.page import Page

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.options import AllOption, CountOption, NameSortOption


def get_namespace(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="[/_]")] = None,
    name_sort: NameSortOption = False,
    every: AllOption = False,
    count: CountOption = False,
) -> None:
    """List the entities of the namespace."""
    page = Page(by_name=name_sort, every=every, count=count)
    show_contents(invocation.current(ctx), given, page)

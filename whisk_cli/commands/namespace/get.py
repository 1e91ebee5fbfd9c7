"""``wsk namespace get``.

**Source**: contracts/cli.md §1.10.
"""

from __future__ import annotations

from typing import Annotated

from whisk_cli import declare, invocation
from whisk_cli.commands.contents import show_contents
from whisk_cli.commands.options import NameSortOption


def get_namespace(
    ctx: declare.Context,
    given: Annotated[list[str] | None, declare.Argument(metavar="[/_]")] = None,
    name_sort: NameSortOption = False,
) -> None:
    """List the entities of the namespace."""
    show_contents(invocation.current(ctx), given, by_name=name_sort)

"""Puts the noun ``list`` together: a single command."""

from __future__ import annotations

from typing import Annotated

from whisk_cli import declare, invocation, tree
from whisk_cli.commands.contents import show_contents
from whisk_cli.commands.options import NameSortOption


def list_everything(
    ctx: declare.Context,
    given: Annotated[list[str] | None, declare.Argument(metavar="[/_]")] = None,
    name_sort: NameSortOption = False,
) -> None:
    """List the entities of the namespace."""
    show_contents(invocation.current(ctx), given, by_name=name_sort)


def build() -> tree.Verb:
    """Build the noun ``wsk list``."""
    return tree.single(list_everything, "list", "list the entities of the current namespace")

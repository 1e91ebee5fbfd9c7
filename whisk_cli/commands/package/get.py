"""``wsk package get``.

**Source**: contracts/cli.md §1.7, §3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import entities
from whisk_cli.errors import explained
from whisk_cli.names import qualified
from whisk_cli.render import entityview, summaries
from whisk_cli.render.shapes import PACKAGE

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.options import SummaryOption


def get_package(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="PACKAGE_NAME [FIELD]")] = None,
    summary: SummaryOption = False,
) -> None:
    """Show a package."""
    run = invocation.current(ctx)
    client = run.client()
    names = arguments.expect(given, 1, 2, arguments.PACKAGE_NAME)
    member = names[1] if len(names) > 1 else None
    entityview.check_field(PACKAGE, member)
    name = qualified(names[0])
    with explained(f"Unable to get package '{name.path}'"):
        package = entities.get(client, "packages", name)
    if summary:
        summaries.package(run.console, package)
    else:
        entityview.show(run.console, "package", name.path, package, PACKAGE, member)

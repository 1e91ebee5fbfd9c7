"""``wsk package create``.

**Source**: contracts/cli.md §1.7, §3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import entities
from whisk_cli.commands.package.definition import body_of
from whisk_cli.errors import explained
from whisk_cli.names import qualified

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.options import SharedOption


def create_package(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="PACKAGE_NAME")] = None,
    shared: SharedOption = None,
) -> None:
    """Create a package."""
    run = invocation.current(ctx)
    client = run.client()
    name = qualified(arguments.expect(given, 1, 1, arguments.PACKAGE_NAME)[0])
    body = body_of(run, name, shared)
    with explained(f"Unable to create package '{name.path}'"):
        made = entities.put(client, "packages", name, body, overwrite=False)
    run.console.document("packages", made)
    run.console.ok(f"created package {run.console.bold(name.path)}")

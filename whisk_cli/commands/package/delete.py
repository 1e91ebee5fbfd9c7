"""``wsk package delete``.

**Source**: contracts/cli.md §1.7, §3.2.
"""

from __future__ import annotations

from typing import Annotated

from whisk_cli import arguments, declare, invocation
from whisk_cli.client import entities
from whisk_cli.errors import explained
from whisk_cli.names import qualified


def delete_package(
    ctx: declare.Context,
    given: Annotated[list[str] | None, declare.Argument(metavar="PACKAGE_NAME")] = None,
) -> None:
    """Delete a package; one that is not empty is refused."""
    run = invocation.current(ctx)
    client = run.client()
    name = qualified(arguments.expect(given, 1, 1, arguments.PACKAGE_NAME)[0])
    with explained(f"Unable to delete package '{name.path}'"):
        entities.delete(client, "packages", name)
    run.console.ok(f"deleted package {run.console.bold(name.path)}")

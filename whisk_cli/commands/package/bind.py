"""``wsk package bind``.

**Source**: contracts/cli.md §1.7, §3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import entities
from whisk_cli.commands.package.definition import given_pairs
from whisk_cli.errors import explained
from whisk_cli.names import qualified

if TYPE_CHECKING:
    import typer


def bind_package(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="PACKAGE_NAME BOUND_NAME")] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", "-o", help="replace the binding if it exists")
    ] = False,
) -> None:
    """Bind parameters to a package under a new name."""
    run = invocation.current(ctx)
    client = run.client()
    names = arguments.expect(given, 2, 2, arguments.PACKAGE_AND_BINDING)
    package, binding = qualified(names[0]), qualified(names[1])
    body = given_pairs(run)
    body["binding"] = {"namespace": package.namespace, "name": package.path}
    with explained("Binding creation failed"):
        made = entities.put(client, "packages", binding, body, overwrite=overwrite)
    run.console.document("packages", made)
    run.console.ok(f"created binding {run.console.bold(names[1])}")

"""``wsk package delete``.

**Source**: contracts/cli.md §1.7, §3.2, §7-19.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import entities
from whisk_cli.client.api import Client
from whisk_cli.errors import CliError, UsageError, explained
from whisk_cli.invocation import Invocation
from whisk_cli.jsonvalue import items, members, text_of
from whisk_cli.names import QualifiedName, qualified

if TYPE_CHECKING:
    import typer


def delete_package(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="PACKAGE_NAME")] = None,
    recursive: Annotated[
        bool, typer.Option("--recursive", help="delete its actions first")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="do not ask")] = False,
) -> None:
    """Delete a package; one that is not empty is refused unless --recursive."""
    run = invocation.current(ctx)
    client = run.client()
    name = qualified(arguments.expect(given, 1, 1, arguments.PACKAGE_NAME)[0])
    if recursive:
        _empty(run, client, name, yes=yes)
    with explained(f"Unable to delete package '{name.path}'"):
        entities.delete(client, "packages", name)
    run.console.ok(f"deleted package {run.console.bold(name.path)}")


def _empty(run: Invocation, client: Client, name: QualifiedName, *, yes: bool) -> None:
    with explained(f"Unable to get package '{name.path}'"):
        package = entities.get(client, "packages", name)
    if members(package.get("binding")):
        # What it shows belongs to another package.
        return
    listed = [*items(package.get("actions")), *items(package.get("feeds"))]
    paths = [f"{name.path}/{text_of(members(each).get('name'))}" for each in listed]
    if paths and not yes:
        _confirm(run, name, len(paths))
    for path in paths:
        with explained(f"Unable to delete action '{path}'"):
            entities.delete(client, "actions", QualifiedName(namespace=name.namespace, path=path))
        run.console.ok(f"deleted action {run.console.bold(path)}")
        run.console.flush()


def _confirm(run: Invocation, name: QualifiedName, many: int) -> None:
    what = f"the package '{name.path}' and its {many} action{'s' if many > 1 else ''}"
    if not (sys.stdin and sys.stdin.isatty() and run.console.is_watched):
        raise UsageError(f"Deleting {what} has to be confirmed with --yes.")
    run.console.passing(f"Delete {what}? [y/N] ")
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise CliError("Nothing was deleted.")

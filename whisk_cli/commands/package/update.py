"""``wsk package update``.

**Source**: contracts/cli.md §1.7, §3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import entities
from whisk_cli.commands.package.definition import body_of
from whisk_cli.commands.parameters import Merge, merged
from whisk_cli.errors import explained
from whisk_cli.jsonvalue import items
from whisk_cli.names import qualified

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.options import DelParamOption, MergeParamsOption, SharedOption


def update_package(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="PACKAGE_NAME")] = None,
    shared: SharedOption = None,
    merge_params: MergeParamsOption = False,
    del_param: DelParamOption = None,
) -> None:
    """Update a package, or create it if it does not exist."""
    run = invocation.current(ctx)
    client = run.client()
    name = qualified(arguments.expect(given, 1, 1, arguments.PACKAGE_NAME)[0])
    body = body_of(run, name, shared)
    merge = Merge(keep=merge_params, removed=tuple(del_param or ()))
    if merge.is_wanted:
        with explained(f"Unable to get package '{name.path}'"):
            stored = entities.get(client, "packages", name)
        body["parameters"], missing = merged(stored, items(body.get("parameters")), merge)
        for key in missing:
            run.console.note(f"warning: the package has no parameter '{key}' to remove")
    with explained("Package update failed"):
        made = entities.put(client, "packages", name, body, overwrite=True)
    run.console.document("packages", made)
    run.console.ok(f"updated package {run.console.bold(name.path)}")

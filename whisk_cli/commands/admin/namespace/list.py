"""``wsk admin namespace list``: list namespaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import operator
from whisk_cli.commands import counting
from whisk_cli.commands.admin.systemkey import operator_client
from whisk_cli.jsonvalue import members, text_of
from whisk_cli.render import columns

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.admin.options import AllOption, CountOption
    from whisk_cli.commands.platform.options import StateDirOption


def list_namespaces(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="")] = None,
    *,
    state_dir: StateDirOption = "",
    every: AllOption = False,
    count: CountOption = False,
) -> None:
    """Print a row for each: name, subject, whether it is blocked, limits of its own."""
    run = invocation.current(ctx)
    arguments.expect(names, 0, 0, arguments.NOTHING)
    found = operator.namespaces(operator_client(run, state_dir))
    if count:
        counting.tell(run.console, len(found))
        return
    if run.console.document("operated-namespaces", [*found]):
        return
    rows = [
        (
            text_of(each.get("name")),
            text_of(each.get("subject")),
            "blocked" if each.get("blocked") is True else "active",
            ", ".join(members(each.get("limits"))),
        )
        for each in found
    ]
    columns.show(run.console, ("namespace", "subject", "state", "own limits"), rows)

"""``wsk admin namespace limits delete``: back to the system's limits, in all members or in some.

**Source**: contracts/rest-api.md §6.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import operator
from whisk_cli.commands.admin.systemkey import operator_client

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.platform.options import StateDirOption


MANY = 100


def delete_limits(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="NAMESPACE [MEMBER...]")] = None,
    *,
    state_dir: StateDirOption = "",
) -> None:
    """Take away all limits of its own, or only the members that are named."""
    run = invocation.current(ctx)
    name, *given = arguments.expect(names, 1, MANY, arguments.NAMESPACE)
    client = operator_client(run, state_dir)
    if given:
        operator.change_limits(client, name, dict.fromkeys(given))
    else:
        operator.delete_limits(client, name)
    run.console.line("Limits deleted")

"""``wsk admin key rotate``: give a namespace a new key and print it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import operator
from whisk_cli.commands.admin.systemkey import operator_client

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.platform.options import StateDirOption


def rotate(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="NAMESPACE")] = None,
    *,
    new_uuid: Annotated[
        bool, typer.Option("--new-uuid", help="replace the uuid too; counters begin anew")
    ] = False,
    state_dir: StateDirOption = "",
) -> None:
    """Print ``uuid:key`` alone on a line; the old key stops working within a second."""
    run = invocation.current(ctx)
    (name,) = arguments.expect(names, 1, 1, arguments.NAMESPACE)
    client = operator_client(run, state_dir)
    run.console.line(operator.rotate_key(client, name, new_uuid=new_uuid))

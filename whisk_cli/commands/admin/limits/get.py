"""``wsk admin namespace limits get``: print the limits that a namespace has of its own.

**Source**: contracts/rest-api.md §6.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import operator
from whisk_cli.commands.admin.systemkey import operator_client
from whisk_cli.jsonvalue import JSONValue, text_of
from whisk_cli.render import jsontext

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.platform.options import StateDirOption


def get_limits(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="NAMESPACE")] = None,
    *,
    state_dir: StateDirOption = "",
) -> None:
    """Print ``member = value`` lines."""
    run = invocation.current(ctx)
    (name,) = arguments.expect(names, 1, 1, arguments.NAMESPACE)
    found = operator.limits(operator_client(run, state_dir), name)
    if run.console.document("limits", found):
        return
    if not found:
        run.console.line("No limits found, default system limits apply")
    for member, value in found.items():
        run.console.line(f"{member} = {_shown(value)}")


def _shown(value: JSONValue) -> str:
    if isinstance(value, list):
        return ", ".join(map(text_of, value))
    return value if isinstance(value, str) else jsontext.compact(value)

"""``wsk admin container list``: list containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import operator
from whisk_cli.commands import counting
from whisk_cli.commands.admin.systemkey import operator_client
from whisk_cli.jsonvalue import JSONObject, integer_of, text_of
from whisk_cli.render import columns
from whisk_cli.render.durations import duration

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.admin.options import AllOption, CountOption
    from whisk_cli.commands.platform.options import StateDirOption


HEADER = ("container", "invoker", "kind", "state", "memory", "age", "idle", "namespace", "action")


def list_containers(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="")] = None,
    *,
    state_dir: StateDirOption = "",
    every: AllOption = False,
    count: CountOption = False,
) -> None:
    """Print a row for each, the oldest first; memory is its limit."""
    run = invocation.current(ctx)
    arguments.expect(names, 0, 0, arguments.NOTHING)
    found = operator.containers(operator_client(run, state_dir))
    if count:
        counting.tell(run.console, len(found))
        return
    if run.console.document("containers", [*found]):
        return
    columns.show(run.console, HEADER, [_row(each) for each in found])


def _row(container: JSONObject) -> tuple[str, ...]:
    return (
        text_of(container.get("id")) or "-",
        *(text_of(container.get(member)) for member in ("invoker", "kind", "state")),
        f"{integer_of(container.get('memoryMB'))} MB",
        # Whole seconds: nobody reads more from a list.
        *(duration(integer_of(container.get(m)) // 1000 * 1000) for m in ("ageMs", "idleMs")),
        text_of(container.get("namespace")) or "-",
        text_of(container.get("action")) or "-",
    )

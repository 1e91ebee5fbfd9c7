"""``wsk admin invoker list``: list invokers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import operator
from whisk_cli.commands import counting
from whisk_cli.commands.admin.systemkey import operator_client
from whisk_cli.jsonvalue import JSONObject, integer_of, members, text_of
from whisk_cli.render import columns

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.admin.options import AllOption, CountOption
    from whisk_cli.commands.platform.options import StateDirOption


HEADER = ("invoker", "status", "running", "waiting", "containers", "idle", "stem cells", "memory")


def list_invokers(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="")] = None,
    *,
    state_dir: StateDirOption = "",
    every: AllOption = False,
    count: CountOption = False,
) -> None:
    """Print a row for each; memory is what is really used, of what may be."""
    run = invocation.current(ctx)
    arguments.expect(names, 0, 0, arguments.NOTHING)
    found = operator.invokers(operator_client(run, state_dir))
    if count:
        counting.tell(run.console, len(found))
        return
    if run.console.document("invokers", [*found]):
        return
    columns.show(run.console, HEADER, [_row(each) for each in found])


def _row(invoker: JSONObject) -> tuple[str, ...]:
    containers, memory = members(invoker.get("containers")), members(invoker.get("memory"))
    used, capacity = integer_of(memory.get("measuredMB")), integer_of(memory.get("capacityMB"))
    return (
        text_of(invoker.get("name")),
        _status(invoker),
        str(integer_of(invoker.get("activations"))),
        str(integer_of(invoker.get("waiting"))),
        *(str(integer_of(containers.get(member))) for member in ("total", "idle", "stemCells")),
        f"{used} of {capacity} MB",
    )


def _status(invoker: JSONObject) -> str:
    if invoker.get("enabled") is not False:
        return text_of(invoker.get("status"))
    return "drained" if invoker.get("drained") is True else "draining"

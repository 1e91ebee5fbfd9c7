"""``wsk admin queue list``: show how much waits, and for which actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import operator
from whisk_cli.commands import counting
from whisk_cli.commands.admin.systemkey import operator_client
from whisk_cli.jsonvalue import JSONObject, integer_of, items, members, text_of
from whisk_cli.render import columns
from whisk_cli.render.durations import duration

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.admin.options import AllOption, CountOption
    from whisk_cli.commands.platform.options import StateDirOption


DOCUMENTS = ("json", "yaml", "jsonl")
"""Formats that show the totals too."""

HEADER = ("waiting", "oldest", "invoker", "kind", "namespace", "action")


def list_queues(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="")] = None,
    *,
    state_dir: StateDirOption = "",
    every: AllOption = False,
    count: CountOption = False,
) -> None:
    """Print a line of totals, and a row for each action that waits, the longest queue first."""
    run = invocation.current(ctx)
    arguments.expect(names, 0, 0, arguments.NOTHING)
    found = operator.queues(operator_client(run, state_dir))
    if count:
        counting.tell(run.console, len(items(found.get("actions"))))
        return
    tables = run.console.choice is not None and run.console.choice.format not in DOCUMENTS
    if run.console.document("queues", found.get("actions") if tables else found):
        return
    in_flight, waiting, unwritten = (
        integer_of(found.get(member)) for member in ("inFlight", "waiting", "unwrittenRecords")
    )
    run.console.line(f"in flight: {in_flight}, waiting: {waiting}, unwritten records: {unwritten}")
    rows = [_row(members(each)) for each in items(found.get("actions"))]
    columns.show(run.console, HEADER, rows)


def _row(queue: JSONObject) -> tuple[str, ...]:
    return (
        str(integer_of(queue.get("waiting"))),
        duration(integer_of(queue.get("oldestMs"))),
        *(text_of(queue.get(member)) for member in ("invoker", "kind", "namespace", "action")),
    )

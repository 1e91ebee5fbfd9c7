"""``wsk activation get``.

**Source**: contracts/cli.md §1.5, §3.2, §3.7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import activations
from whisk_cli.commands.activation.last import with_newest
from whisk_cli.commands.activation.logs import stripped
from whisk_cli.errors import explained
from whisk_cli.jsonvalue import JSONObject, integer_of, items, members, text_of
from whisk_cli.render import entityview
from whisk_cli.render.console import Console
from whisk_cli.render.durations import local_time_with_zone
from whisk_cli.render.shapes import ACTIVATION

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.activation.options import LastOption


def get_activation(
    ctx: typer.Context,
    given: Annotated[
        list[str] | None, typer.Argument(metavar="(ACTIVATION_ID or --last) [FIELD]")
    ] = None,
    summary: Annotated[bool, typer.Option("--summary", "-s", help="show a summary")] = False,
    last: LastOption = False,
    logs: Annotated[
        bool, typer.Option("--logs", "-g", help="show only the log lines, stripped")
    ] = False,
) -> None:
    """Show an activation."""
    run = invocation.current(ctx)
    client = run.client()
    names = with_newest(client, given, last=last, doing="Unable to get activation")
    arguments.expect(names, 1, 2, arguments.ACTIVATION_ID)
    member = names[1] if len(names) > 1 else None
    entityview.check_field(ACTIVATION, member)
    activation_id = names[0]
    with explained(f"Unable to get activation '{activation_id}'"):
        record = activations.get(client, activation_id)
    if summary:
        _show_summary(run.console, record)
    elif logs:
        for line in items(record.get("logs")):
            run.console.line(stripped(text_of(line)))
    else:
        entityview.show(run.console, "activation", activation_id, record, ACTIVATION, member)


def _show_summary(console: Console, record: JSONObject) -> None:
    response = members(record.get("response"))
    name = f"/{text_of(record.get('namespace'))}/{text_of(record.get('name'))}"
    ended = local_time_with_zone(integer_of(record.get("end")))
    console.line(f"activation result for '{name}' ({text_of(response.get('status'))} at {ended})")
    console.json(response.get("result"), sort=True)

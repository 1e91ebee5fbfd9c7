"""``wsk activation list``.

**Source**: contracts/cli.md §1.5, §3.6.
"""

from __future__ import annotations

from typing import Annotated

from whisk_cli import arguments, declare, invocation
from whisk_cli.client import activations
from whisk_cli.client.activations import Filter
from whisk_cli.commands.options import DEFAULT_LIMIT, SkipOption
from whisk_cli.errors import explained
from whisk_cli.names import qualified, shown_namespace
from whisk_cli.render import activationtable
from whisk_cli.render.shapes import ACTIVATION, shaped


def list_activations(
    ctx: declare.Context,
    given: Annotated[list[str] | None, declare.Argument(metavar="[NAMESPACE or NAME]")] = None,
    skip: SkipOption = 0,
    limit: Annotated[
        int,
        declare.Option(
            "--limit", "-l", metavar="LIMIT", help="show at most LIMIT activations (at most 200)"
        ),
    ] = DEFAULT_LIMIT,
    full: Annotated[
        bool, declare.Option("--full", "-f", help="show whole activation records")
    ] = False,
    upto: Annotated[
        int,
        declare.Option("--upto", metavar="UPTO", help="only those started by then (epoch ms)"),
    ] = 0,
    since: Annotated[
        int,
        declare.Option("--since", metavar="SINCE", help="only those started since then (epoch ms)"),
    ] = 0,
) -> None:
    """List activations, newest first."""
    run = invocation.current(ctx)
    client = run.client()
    named = arguments.expect(given, 0, 1, arguments.OPTIONAL_NAMESPACE)
    name = qualified(named[0]).path if named else ""
    chosen = Filter(limit=limit, skip=skip, name=name, since=since, upto=upto, full=full)
    with explained(f"Unable to obtain the list of activations for namespace '{shown_namespace()}'"):
        found = activations.list_page(client, chosen)
    if not full:
        activationtable.show(run.console, found)
        return
    run.console.line(run.console.bold("activations"))
    for each in found:
        run.console.json(shaped(each, ACTIVATION))

"""``wsk activation list``.

**Source**: contracts/cli.md §1.5, §3.6, §7-4, §7-20.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import activations
from whisk_cli.client.activations import Filter
from whisk_cli.commands.page import DEFAULT_LIMIT, Page
from whisk_cli.errors import UsageError, explained
from whisk_cli.invocation import Invocation
from whisk_cli.jsonvalue import JSONObject
from whisk_cli.names import qualified, shown_namespace
from whisk_cli.render import activationtable
from whisk_cli.render.shapes import ACTIVATION, shaped

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.options import AllOption, CountOption, KindFilterOption, SkipOption

    LimitOption = Annotated[
        int,
        typer.Option(
            "--limit", "-l", metavar="LIMIT", help="show at most LIMIT activations (at most 200)"
        ),
    ]
    FullOption = Annotated[bool, typer.Option("--full", "-f", help="show whole activation records")]
    UptoOption = Annotated[
        str,
        typer.Option(
            "--upto", metavar="UPTO", help="only those started by then: epoch ms, 10m, or a date"
        ),
    ]
    SinceOption = Annotated[
        str,
        typer.Option(
            "--since",
            metavar="SINCE",
            help="only those started since then: epoch ms, 10m, or a date",
        ),
    ]
    StatusOption = Annotated[
        str,
        typer.Option(
            "--status",
            metavar="STATUS",
            help="only success, application, developer, internal, or error for any of these three",
        ),
    ]
    NameOption = Annotated[
        str, typer.Option("--name", metavar="NAME", help="only those of this action or trigger")
    ]


def list_activations(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="[NAMESPACE or NAME]")] = None,
    skip: SkipOption = 0,
    limit: LimitOption = DEFAULT_LIMIT,
    full: FullOption = False,
    upto: UptoOption = "",
    since: SinceOption = "",
    status: StatusOption = "",
    kind: KindFilterOption = "",
    name: NameOption = "",
    every: AllOption = False,
    count: CountOption = False,
) -> None:
    """List activations, newest first."""
    run = invocation.current(ctx)
    client = run.client()
    named = arguments.expect(given, 0, 1, arguments.OPTIONAL_NAMESPACE)
    typed = qualified(named[0]).path if named else ""
    if typed and name and typed != name:
        raise UsageError(f"Name one action: '{typed}' or --name '{name}'.")
    page = Page(skip=skip, limit=limit, every=every, count=count, status=status, kind=kind)
    chosen = Filter(
        limit=limit,
        skip=skip,
        name=typed or name,
        since=_moment(since, "--since"),
        upto=_moment(upto, "--upto"),
        full=full,
    )
    if page.is_plain:
        doing = f"Unable to obtain the list of activations for namespace '{shown_namespace()}'"
        with explained(doing):
            _show(run, [activations.list_page(client, chosen)], full=full)
        return
    from whisk_cli.commands import longlist

    if count:
        longlist.count_activations(run, client, chosen, page)
    else:
        _show(run, longlist.activation_pages(client, chosen, page), full=full)


def _moment(text: str, flag: str) -> int:
    # Loaded only for those who write something.
    if not text:
        return 0
    from whisk_cli import moments

    return moments.milliseconds(text, flag)


def _show(run: Invocation, pages: Iterable[list[JSONObject]], *, full: bool) -> None:
    if run.console.pages("activations", pages):
        return
    if not full:
        # The widths of the columns are those of the widest cells.
        activationtable.show(run.console, [each for page in pages for each in page])
        return
    run.console.line(run.console.bold("activations"))
    for page in pages:
        for each in page:
            run.console.json(shaped(each, ACTIVATION))

"""Options that several commands share; for annotations only, because it imports Typer."""

from __future__ import annotations

from typing import Annotated

import typer

SkipOption = Annotated[
    int,
    typer.Option(
        "--skip", "-s", metavar="SKIP", help="leave out the first SKIP entities of the result"
    ),
]
LimitOption = Annotated[
    int,
    typer.Option(
        "--limit", "-l", metavar="LIMIT", help="show at most LIMIT entities (0 = 200, the most)"
    ),
]
NameSortOption = Annotated[
    bool,
    typer.Option(
        "--name-sort", "-n", help="sort by name, within what --skip and --limit let through"
    ),
]
AllOption = Annotated[
    bool, typer.Option("--all", help="all of them, page by page, whatever --limit says")
]
CountOption = Annotated[bool, typer.Option("--count", help="show only how many there are")]
NameOption = Annotated[
    str,
    typer.Option("--name", metavar="PATTERN", help='only those of that name, "*" for any letters'),
]
KindFilterOption = Annotated[
    str,
    typer.Option("--kind", metavar="KIND", help="only those of that kind, or family of kinds"),
]
RuleStatusOption = Annotated[
    str, typer.Option("--status", metavar="STATUS", help="only those that are active or inactive")
]
SinceOption = Annotated[
    str,
    typer.Option(
        "--since", metavar="WHEN", help="only those changed since then: 10m, a date, or epoch ms"
    ),
]
UptoOption = Annotated[
    str,
    typer.Option(
        "--upto", metavar="WHEN", help="only those changed by then: 10m, a date, or epoch ms"
    ),
]
NamespaceArgument = Annotated[list[str] | None, typer.Argument(metavar="[/NAMESPACE]")]
SharedOption = Annotated[
    str | None,
    typer.Option("--shared", metavar="SCOPE", help="who may use it; yes = everyone, no = you"),
]
SummaryOption = Annotated[
    bool,
    typer.Option(
        "--summary", "-s", help='show a summary; "*" marks bound, "**" bound and final parameters'
    ),
]
MergeParamsOption = Annotated[
    bool,
    typer.Option("--merge-params", help="keep the stored parameters that are not given anew"),
]
DelParamOption = Annotated[
    list[str] | None,
    typer.Option(
        "--del-param",
        metavar="KEY",
        help="remove a stored parameter and keep the others; may be repeated",
    ),
]

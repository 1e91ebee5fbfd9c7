"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

DEFAULT_LIMIT = 30
"""How many entities a list shows unless told otherwise."""

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

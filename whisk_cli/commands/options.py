"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

from whisk_cli import declare

DEFAULT_LIMIT = 30
"""How many entities a list shows unless told otherwise."""

SkipOption = Annotated[
    int,
    declare.Option(
        "--skip", "-s", metavar="SKIP", help="leave out the first SKIP entities of the result"
    ),
]
LimitOption = Annotated[
    int,
    declare.Option(
        "--limit", "-l", metavar="LIMIT", help="show at most LIMIT entities (0 = 200, the most)"
    ),
]
NameSortOption = Annotated[
    bool,
    declare.Option(
        "--name-sort", "-n", help="sort by name, within what --skip and --limit let through"
    ),
]
NamespaceArgument = Annotated[list[str] | None, declare.Argument(metavar="[/NAMESPACE]")]
SharedOption = Annotated[
    str | None,
    declare.Option("--shared", metavar="SCOPE", help="who may use it; yes = everyone, no = you"),
]
SummaryOption = Annotated[
    bool,
    declare.Option(
        "--summary", "-s", help='show a summary; "*" marks bound, "**" bound and final parameters'
    ),
]

"""Options that several commands share."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is wanted of a list, and in which order; empty strings want everything.

    Attributes:
        skip: How many to leave out.
        limit: The most to show; 0 for as many as a server gives at once.
        by_name: Whether to sort by name.
        every: All pages instead of one.
        count: Only how many there are.
        name: A name, or a pattern with ``*`` and ``?``, with or without package.
        kind: A kind, or its family.
        status: One or more statuses with commas between.
        since: Changed or started no earlier, see ``whisk_cli.moments``.
        upto: Changed or started no later.
    """

    skip: int = 0
    limit: int = DEFAULT_LIMIT
    by_name: bool = False
    every: bool = False
    count: bool = False
    name: str = ""
    kind: str = ""
    status: str = ""
    since: str = ""
    upto: str = ""

    @property
    def is_filter(self) -> bool:
        """Whether some entries are not wanted."""
        return bool(self.name or self.kind or self.status or self.since or self.upto)

    @property
    def is_plain(self) -> bool:
        """Whether a page is wanted as the server has it."""
        return not (self.every or self.count or self.is_filter)


AllOption = Annotated[
    bool, declare.Option("--all", help="all of them, page by page, whatever --limit says")
]
CountOption = Annotated[bool, declare.Option("--count", help="show only how many there are")]
NameOption = Annotated[
    str,
    declare.Option(
        "--name", metavar="PATTERN", help='only those of that name, "*" for any letters'
    ),
]
KindFilterOption = Annotated[
    str,
    declare.Option("--kind", metavar="KIND", help="only those of that kind, or family of kinds"),
]
RuleStatusOption = Annotated[
    str, declare.Option("--status", metavar="STATUS", help="only those that are active or inactive")
]
SinceOption = Annotated[
    str,
    declare.Option(
        "--since", metavar="WHEN", help="only those changed since then: 10m, a date, or epoch ms"
    ),
]
UptoOption = Annotated[
    str,
    declare.Option(
        "--upto", metavar="WHEN", help="only those changed by then: 10m, a date, or epoch ms"
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

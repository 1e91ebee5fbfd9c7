"""What is wanted of a list."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_LIMIT = 30
"""How many entities a list shows unless told otherwise."""


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

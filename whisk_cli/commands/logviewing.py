"""Showing the log lines of activations: those there are, and those that come.

**Source**: contracts/cli.md §8 (following logs); docs/live-views.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from whisk_cli.argv import flag_error
from whisk_cli.client.activations import PAGE, Filter
from whisk_cli.client.api import Client
from whisk_cli.client.live import Live
from whisk_cli.client.tails import Tails, Told, is_of, log_of, shown_name
from whisk_cli.commands import longlist
from whisk_cli.commands.page import Page
from whisk_cli.invocation import Invocation
from whisk_cli.jsonvalue import JSONObject, integer_of, text_of
from whisk_cli.render.activationtable import OUTCOMES, status_code
from whisk_cli.render.loglines import Layout, LogLine, line_of

_TICK_SECONDS = 1.0
"""So often is looked whether somebody still reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which lines are wanted.

    Attributes:
        names: Only of these actions, ``name`` or ``package/name``; none for all that run code.
        since_ms: Only of activations that started no earlier, epoch milliseconds; 0 for any.
        status: Only of activations that ended so, as ``--status`` takes it; empty for any.
        codes: The same as status codes.
        grep: Only lines in which this is found.
        limit: Of so many activations at most, the newest; ``None`` for all.
    """

    names: frozenset[str] = frozenset()
    since_ms: int = 0
    status: str = ""
    codes: frozenset[int] = frozenset()
    grep: re.Pattern[str] | None = None
    limit: int | None = None

    @property
    def only_name(self) -> str:
        """The name, if there is just one: the server can choose by it."""
        return next(iter(self.names)) if len(self.names) == 1 else ""

    def lines(self, told: Told) -> list[LogLine]:
        """Give what is wanted of new lines."""
        if self.codes and (not told.status or OUTCOMES.index(told.status) not in self.codes):
            return []
        found = [line_of(told.action, told.activation_id, raw) for raw in told.lines]
        return [line for line in found if self.grep is None or self.grep.search(line.text)]


def pattern(text: str) -> re.Pattern[str] | None:
    """Read ``--grep``.

    Raises:
        CliError: It is no regular expression: exit 1.
    """
    try:
        return re.compile(text) if text else None
    except (re.error, OverflowError, RecursionError) as problem:
        raise flag_error(
            f'invalid argument "{text}" for "--grep" flag: it is no regular expression, {problem}'
        ) from None


def records(client: Client, chosen: Chosen) -> list[JSONObject]:
    """Read whole records, the oldest first.

    Raises:
        CliError: The server cannot be reached, or refuses.
    """
    found: dict[str, JSONObject] = {}
    limit = chosen.limit
    every = limit is None or limit > PAGE
    page = Page(limit=0 if every else limit or 0, every=every, status=chosen.status)
    for name in chosen.names or {""}:
        wanted = Filter(limit=page.limit, name=name, since=chosen.since_ms, full=True)
        number = 0
        for each in longlist.activation_pages(client, wanted, page):
            found.update((text_of(record.get("activationId")), record) for record in each)
            number += len(each)
            if limit is not None and number >= limit:
                break
    ordered = merged(found.values(), limit)
    return [each for each in ordered if is_of(each, chosen.names)]


def merged(found: Iterable[JSONObject], limit: int | None) -> list[JSONObject]:
    """Put records in the order in which they began, and keep the newest.

    Args:
        found: Records in any order.
        limit: How many to keep; ``None`` for all.
    """
    ordered = sorted(
        found,
        key=lambda each: (integer_of(each.get("start")), text_of(each.get("activationId"))),
    )
    return ordered if limit is None else ordered[max(0, len(ordered) - limit) :]


class Viewer:
    """Writes lines, in the format that was asked for.

    Args:
        run: The invocation.
        chosen: Which lines.
        strip: Whether time and stream are left out.
    """

    def __init__(self, run: Invocation, chosen: Chosen, *, strip: bool) -> None:
        self._console = run.console
        self._chosen = chosen
        self._layout = Layout(run.console, tuple(chosen.names), strip=strip)
        self._has_header = False

    def show(self, told: Told) -> int:
        """Write what is wanted of new lines, and give how many that were."""
        lines = self._chosen.lines(told)
        if self._console.choice is None:
            for line in lines:
                self._layout.write(line)
        elif lines:
            self._console.document("loglines", [line.document() for line in lines])
            if not self._has_header:
                self._has_header = True
                self._console.choice = replace(self._console.choice, header=False)
        wanted = not self._chosen.codes or OUTCOMES.index(told.status) in self._chosen.codes
        if told.status not in ("", OUTCOMES[0]) and wanted and self._chosen.grep is None:
            self._layout.failed(told.action, told.activation_id, told.status)
        return len(lines)


def told_of(record: JSONObject) -> Told:
    """Tell all of a record."""
    return Told(
        action=shown_name(record),
        activation_id=text_of(record.get("activationId")),
        lines=log_of(record),
        status=OUTCOMES[status_code(record)],
    )


def follow(
    run: Invocation, live: Live, chosen: Chosen, viewer: Viewer, deadline: float | None
) -> None:
    """Show lines as they come.

    Args:
        run: The invocation.
        live: Opened.
        chosen: Which lines.
        viewer: Writes them.
        deadline: When to stop (monotonic clock, seconds); ``None`` for never.

    Raises:
        CliError: The server refuses, and will go on to.
        OutputClosed: The reader of the output went away.
    """
    tails = Tails(chosen.names)
    for event in live.happenings(tick_s=_TICK_SECONDS, deadline=deadline):
        if event is None:
            run.console.check_reader()
            continue
        if event.name == "gap":
            run.console.note("warning: Some lines were missed while the connection was gone.")
        told = tails.take(event)
        if told is not None:
            viewer.show(told)
        if not live.pending():
            run.console.flush()

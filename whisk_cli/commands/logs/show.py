"""``wsk logs``: what actions print, of the last while and as it comes.

**Source**: contracts/cli.md §7-3, §7-4, §8 (following logs).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from whisk_cli import invocation, moments
from whisk_cli.client.activations import PAGE
from whisk_cli.client.live import Live, Watched
from whisk_cli.commands import counting, logviewing, narrowing
from whisk_cli.commands.logviewing import Chosen, Viewer
from whisk_cli.commands.page import DEFAULT_LIMIT
from whisk_cli.errors import UsageError, explained
from whisk_cli.invocation import Invocation
from whisk_cli.names import qualified

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.following import (
        ActionsArgument,
        CountLinesOption,
        EndedAsOption,
        EveryOption,
        ExitOption,
        FollowOption,
        GrepOption,
        IntervalOption,
        NewestOption,
        NoColorOption,
        StartedSinceOption,
        StripOption,
    )

_LINEWISE = ("jsonl", "tsv", "name")
"""Formats that need not know all lines before they write the first."""


def show_logs(
    ctx: typer.Context,
    given: ActionsArgument = None,
    follow: FollowOption = False,
    since: StartedSinceOption = "",
    grep: GrepOption = "",
    status: EndedAsOption = "",
    limit: NewestOption = None,
    every: EveryOption = False,
    count: CountLinesOption = False,
    strip: StripOption = False,
    no_color: NoColorOption = False,
    ending: ExitOption = 0,
    interval: IntervalOption = 2.0,
) -> None:
    """Show the log lines of activations, the oldest first."""
    run = invocation.current(ctx)
    if no_color:
        run.console.color = False
    _check(run, follow=follow, count=count, limit=limit)
    codes = narrowing.status_codes(status)
    since_ms = moments.milliseconds(since, "--since")
    is_open = every or (limit is None and bool(since))
    chosen = Chosen(
        names=frozenset(filter(None, (qualified(name).path for name in given or ()))),
        since_ms=since_ms,
        status=status,
        codes=codes,
        grep=logviewing.pattern(grep),
        limit=None if is_open else _limit(limit, follow=follow),
    )
    if not follow:
        _show(run, chosen, strip=strip, count=count)
        return
    # Ends alone are enough to choose by how something has ended.
    watched = Watched(
        name=chosen.only_name,
        status=narrowing.served(codes),
        events=("end",) if codes else ("start", "log", "end"),
        full=True,
        interval=max(interval, 0.05),
    )
    with Live(run.client(), watched, run.console.note) as live:
        deadline = time.monotonic() + ending if ending > 0 else None
        _follow(run, live, chosen, strip=strip, deadline=deadline)


def _limit(given: int | None, *, follow: bool) -> int:
    if given is None:
        return 0 if follow else DEFAULT_LIMIT
    # As in every list.
    return PAGE if given == 0 and not follow else given


def _check(run: Invocation, *, follow: bool, count: bool, limit: int | None) -> None:
    if limit is not None and limit < 0:
        raise UsageError(f"'{limit}' for --limit is less than nothing. Use 0 or more.")
    if not follow:
        return
    if count:
        raise UsageError("What is followed has no end to count to: leave out --count or --follow.")
    choice = run.console.choice
    if choice is not None and choice.format not in _LINEWISE:
        raise UsageError(
            f"'{choice.format}' needs all lines before it writes the first one. "
            f"Use one of {', '.join(_LINEWISE)} with --follow."
        )


def _show(run: Invocation, chosen: Chosen, *, strip: bool, count: bool) -> None:
    viewer = Viewer(run, chosen, strip=strip)
    with explained("Unable to obtain the logs of activations"):
        found = logviewing.records(run.client(), chosen)
    if count:
        told = map(logviewing.told_of, found)
        number = sum(len(chosen.lines(each)) for each in told)
        counting.tell(run.console, number)
        return
    if run.console.choice is not None:
        lines = [line for each in found for line in chosen.lines(logviewing.told_of(each))]
        run.console.document("loglines", [line.document() for line in lines])
        return
    written = sum(viewer.show(logviewing.told_of(each)) for each in found)
    if not written and run.console.is_watched:
        many = f"{len(found)} activations" if len(found) != 1 else "1 activation"
        run.console.note(f"No log lines in {many}. See 'wsk activation list'.")


def _follow(
    run: Invocation, live: Live, chosen: Chosen, *, strip: bool, deadline: float | None
) -> None:
    viewer = Viewer(run, chosen, strip=strip)
    with explained("Unable to follow the logs of activations"):
        live.open(chosen.since_ms)
        if chosen.limit != 0:
            # The stream is open: what ends meanwhile is told by both, and shown once.
            found = logviewing.records(live.client, chosen)
            live.known(found)
            for each in found:
                viewer.show(logviewing.told_of(each))
    if run.console.is_watched:
        how = "as they are printed" if live.streams else "when activations have ended"
        run.console.note(f"Showing log lines {how}; Ctrl-C ends it.")
    run.console.flush()
    logviewing.follow(run, live, chosen, viewer, deadline)

"""``wsk activation watch``.

**Source**: contracts/cli.md §7-35; docs/live-views.md.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from whisk_cli import invocation
from whisk_cli.client.live import Live, Watched
from whisk_cli.client.stream import Event
from whisk_cli.client.tails import is_of
from whisk_cli.commands import narrowing
from whisk_cli.errors import UsageError, explained
from whisk_cli.invocation import Invocation
from whisk_cli.jsonvalue import members
from whisk_cli.names import qualified
from whisk_cli.render.activationtable import status_code
from whisk_cli.render.watchview import Board, Happening, ended, started

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.following import (
        ActionsArgument,
        EndedAsOption,
        ExitOption,
        IntervalOption,
        NoColorOption,
    )

_LINEWISE = ("jsonl", "tsv", "name")
"""Formats that need not know all rows before they write the first."""

_STILL_SECONDS, _MOVING_SECONDS = 1.0, 0.2
"""How often the screen is looked after."""


def watch_activations(
    ctx: typer.Context,
    given: ActionsArgument = None,
    status: EndedAsOption = "",
    no_color: NoColorOption = False,
    ending: ExitOption = 0,
    interval: IntervalOption = 2.0,
) -> None:
    """Show activations as they start and end, until Ctrl-C."""
    run = invocation.current(ctx)
    if no_color:
        run.console.color = False
    choice = run.console.choice
    if choice is not None and choice.format not in _LINEWISE:
        raise UsageError(
            f"'{choice.format}' needs all rows before it writes the first one. "
            f"Use one of {', '.join(_LINEWISE)}."
        )
    names = frozenset(filter(None, (qualified(name).path for name in given or ())))
    codes = narrowing.status_codes(status)
    watched = Watched(
        name=next(iter(names)) if len(names) == 1 else "",
        status=narrowing.served(codes),
        events=("end",) if codes else ("start", "end"),
        interval=max(interval, 0.05),
    )
    with Live(run.client(), watched, run.console.note) as live:
        with explained("Unable to watch activations"):
            live.open()
        if not live.streams and run.console.is_watched:
            run.console.note("This server tells of activations only when they have ended.")
        deadline = time.monotonic() + ending if ending > 0 else None
        _look_on(run, live, names, codes, deadline)


def _look_on(
    run: Invocation,
    live: Live,
    names: frozenset[str],
    codes: frozenset[int],
    deadline: float | None,
) -> None:
    board = Board(run.console)
    drawn = 0.0
    if run.console.choice is None:
        board.draw(_now_ms())
        run.console.flush()
    for event in live.happenings(tick_s=_MOVING_SECONDS, deadline=deadline):
        happening = None if event is None else _read(event, names, codes)
        if run.console.choice is not None:
            if happening is not None:
                _write(run, happening)
        elif happening is not None:
            board.take(happening)
        if event is not None and live.pending():
            continue
        now = time.monotonic()
        pause = _MOVING_SECONDS if board.is_moving else _STILL_SECONDS
        if happening is not None or now >= drawn + pause:
            drawn = now
            run.console.check_reader()
            if run.console.choice is None:
                board.draw(_now_ms())
        run.console.flush()


def _read(event: Event, names: frozenset[str], codes: frozenset[int]) -> Happening | None:
    data = members(event.data)
    if names and not is_of(data, names):
        return None
    if event.name == "start":
        return started(data)
    if event.name != "end" or (codes and status_code(data) not in codes):
        return None
    return ended(data)


def _write(run: Invocation, happening: Happening) -> None:
    run.console.document("happenings", [happening.document()])
    if run.console.choice is not None and run.console.choice.header:
        run.console.choice = replace(run.console.choice, header=False)


def _now_ms() -> int:
    return int(time.time() * 1000)

"""``wsk activation stats``.

**Source**: contracts/cli.md §8 (metrics).
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from whisk_cli import invocation, moments
from whisk_cli.client.activations import Filter
from whisk_cli.client.api import Client
from whisk_cli.client.tails import is_of
from whisk_cli.commands import longlist
from whisk_cli.commands.page import Page
from whisk_cli.errors import explained
from whisk_cli.invocation import Invocation
from whisk_cli.jsonvalue import JSONObject, JSONValue, Number, integer_of, text_of
from whisk_cli.names import qualified
from whisk_cli.render import columns
from whisk_cli.render.activationtable import shortened
from whisk_cli.render.durations import duration
from whisk_cli.render.statistics import tallies

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.following import (
        ActionsArgument,
        StartedSinceOption,
        StartedUptoOption,
    )

_TOLD_EVERY_S = 0.2
_SINCE = "1h"
_LEAST_NAME = 16
_HEADER = ("action", "count", "errors", "p50", "p95", "max", "cold")


def show_stats(
    ctx: typer.Context,
    given: ActionsArgument = None,
    since: StartedSinceOption = _SINCE,
    upto: StartedUptoOption = "",
) -> None:
    """Add up activations, by default of the last hour: how many, how long, how many failed."""
    run = invocation.current(ctx)
    client = run.client()
    names = frozenset(filter(None, (qualified(name).path for name in given or ())))
    wanted = Filter(
        limit=0,
        since=moments.milliseconds(since, "--since"),
        upto=moments.milliseconds(upto, "--upto"),
    )
    with explained("Unable to add up activations"):
        found = tallies(_told(run, _activations(client, wanted, names)))
    run.console.passing("")
    if run.console.document("statistics", [*found]):
        return
    rows = [_row(each) for each in found]
    if run.console.is_terminal:
        rows = _fitting(rows, shutil.get_terminal_size().columns)
    columns.show(run.console, _HEADER, rows, right=range(1, 6))
    if not found and run.console.is_watched:
        run.console.note(f"There are no activations since {since}.")


def _activations(client: Client, wanted: Filter, names: frozenset[str]) -> Iterator[JSONObject]:
    seen: set[str] = set()
    for name in names or {""}:
        pages = longlist.activation_pages(client, replace(wanted, name=name), Page(every=True))
        for each in (record for page in pages for record in page):
            identifier = text_of(each.get("activationId"))
            if identifier not in seen and (not names or is_of(each, names)):
                seen.add(identifier)
                yield each


def _told(run: Invocation, found: Iterable[JSONObject]) -> Iterator[JSONObject]:
    told = time.monotonic()
    for number, each in enumerate(found):
        if time.monotonic() >= told + _TOLD_EVERY_S:
            told = time.monotonic()
            run.console.passing(f"{number} activations …")
        yield each


def _fitting(rows: list[tuple[str, ...]], width: int) -> list[tuple[str, ...]]:
    """Shorten names so that no row is wider than a terminal."""
    others = (max(map(len, column)) for column in list(zip(_HEADER, *rows, strict=True))[1:])
    left = width - sum(2 + each for each in others)
    return [(shortened(row[0], max(left, _LEAST_NAME)), *row[1:]) for row in rows]


def _row(each: JSONObject) -> tuple[str, ...]:
    errors = integer_of(each["errors"])
    return (
        text_of(each["name"]),
        str(each["activations"]),
        f"{errors} ({_percent(each['errorShare'])})" if errors else "0",
        *(_lasting(each[member]) for member in ("p50", "p95", "max")),
        "-" if each["coldShare"] is None else f"{each['cold']} ({_percent(each['coldShare'])})",
    )


def _lasting(value: JSONValue) -> str:
    return "-" if value is None else duration(integer_of(value))


def _percent(share: JSONValue) -> str:
    value = float(share.text) * 100 if isinstance(share, Number) else 0.0
    # What happens at all must not look as if it never did, nor as if it always did.
    if 0 < value < 1:
        return "<1%"
    return ">99%" if 99 < value < 100 else f"{value:.0f}%"

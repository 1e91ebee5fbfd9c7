"""``wsk activation poll``.

**Source**: contracts/cli.md §1.5, §3.7. Deliberate differences (§9.3): an unanswered question is
followed by a longer and longer pause, and ``--interval`` sets the usual one. A server that streams
is not asked again and again: it tells, and the same is printed.
"""

from __future__ import annotations

import signal
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import activations
from whisk_cli.client.activations import PAGE, Filter
from whisk_cli.client.api import Client
from whisk_cli.client.following import OVERLAP_MS, Follower, pause_after
from whisk_cli.client.stream import Activations, NoStreamError
from whisk_cli.errors import CliError, Exit, ExitCode, NetworkError, ServerError
from whisk_cli.jsonvalue import JSONObject, integer_of, members, text_of
from whisk_cli.names import qualified
from whisk_cli.render.console import Console

if TYPE_CHECKING:
    import typer


_MOST_PAGES = 10
"""How many pages of one answer are read before something is printed."""

_FIRST_SERVER_FAULT = 500
"""Statuses below will not change by asking again."""


def poll_activations(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="[NAMESPACE or ACTION_NAME]")] = None,
    ending: Annotated[
        int,
        typer.Option("--exit", "-e", metavar="SECONDS", help="stop after SECONDS (0 = never)"),
    ] = 0,
    seconds: Annotated[
        int,
        typer.Option("--since-seconds", metavar="SECONDS", help="begin SECONDS seconds ago"),
    ] = 0,
    minutes: Annotated[
        int,
        typer.Option("--since-minutes", metavar="MINUTES", help="begin MINUTES minutes ago"),
    ] = 0,
    hours: Annotated[
        int, typer.Option("--since-hours", metavar="HOURS", help="begin HOURS hours ago")
    ] = 0,
    days: Annotated[
        int, typer.Option("--since-days", metavar="DAYS", help="begin DAYS days ago")
    ] = 0,
    interval: Annotated[
        float, typer.Option("--interval", metavar="SECONDS", help="ask every SECONDS (default 2)")
    ] = 2.0,
) -> None:
    """Show the logs of activations as they end."""
    run = invocation.current(ctx)
    client = run.client()
    # A poll asks again at a pace of its own, and says so.
    client.repeats = False
    named = arguments.expect(given, 0, 1, arguments.OPTIONAL_NAMESPACE)
    name = qualified(named[0]).path if named else ""
    ago = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        run.console.line("Enter Ctrl-c to exit.")
        poll = _Poll(client, run.console, name, max(interval, 0.05))
        with Activations(client, name, events=("end",), full=True) as live:
            streams = _opens(live)
            poll.begin(ago, live=streams)
            run.console.line("Polling for activation logs")
            run.console.flush()
            deadline = time.monotonic() + ending if ending > 0 else None
            if not streams or not poll.listen(live, deadline):
                poll.follow(deadline)
    except KeyboardInterrupt:
        run.console.line("Poll terminated")
        raise Exit(ExitCode.GENERAL) from None


def _opens(live: Activations) -> bool:
    """Tell whether the server streams; who cannot be reached now may stream another time."""
    try:
        live.open()
    except (NoStreamError, NetworkError):
        return False
    return True


class _Poll:
    def __init__(self, client: Client, console: Console, name: str, interval: float) -> None:
        self._client = client
        self._console = console
        self._name = name
        self._interval = interval
        self._failures = 0
        self._follower = Follower(0)
        self._looks_back = False

    def begin(self, ago_seconds: int, *, live: bool) -> None:
        """Begin some time ago, or after the newest activation there is.

        Args:
            ago_seconds: When to begin; 0 for now.
            live: Whether a stream has begun already, so that nobody has to be asked what is new.
        """
        now_ms = int(time.time() * 1000)
        self._looks_back = ago_seconds > 0
        if self._looks_back or live:
            self._follower = Follower(now_ms - ago_seconds * 1000)
            return
        # The server's clock counts, not ours: what it started last tells its time.
        newest = self._ask(Filter(limit=1, name=self._name))
        if self._failures:
            self._follower = Follower(now_ms)
        elif newest:
            since = integer_of(newest[0].get("start")) - OVERLAP_MS
            self._follower = Follower(since)
            # What has ended is of no interest; what still runs is not listed yet.
            self._follower.known(self._ask(Filter(limit=0, name=self._name, since=since)))

    def listen(self, live: Activations, deadline: float | None) -> bool:
        """Show what the stream tells until the deadline (monotonic clock, seconds).

        Returns:
            False if there is no stream any more, so that polling has to go on.
        """
        if self._looks_back:
            self._show_found()
        while True:
            opened = time.monotonic()
            try:
                for event in live.events(deadline):
                    for each in self._follower.fresh([members(event.data)]):
                        self._show(each)
                    self._console.flush()
            except NetworkError:
                # A stream that ends as soon as it begins is not opened again and again.
                pause = self._interval if time.monotonic() < opened + self._interval else 0.0
                if deadline is not None:
                    pause = min(pause, max(0.0, deadline - time.monotonic()))
                time.sleep(pause)
                # Where it broke off it goes on: nothing that ended meanwhile is left out.
                if not _opens(live):
                    return False
            else:
                return True

    def follow(self, deadline: float | None) -> None:
        """Ask again and again until the deadline (monotonic clock, seconds), and once then."""
        while True:
            self._show_found()
            pause = pause_after(self._failures, self._interval)
            if deadline is not None:
                left = deadline - time.monotonic()
                if left <= 0:
                    return
                pause = min(pause, left)
            time.sleep(pause)

    def _show_found(self) -> None:
        since = self._follower.since_ms
        found = self._ask(Filter(limit=0, name=self._name, since=since, full=True))
        for each in self._follower.fresh(found):
            self._show(each)
        self._console.flush()

    def _ask(self, chosen: Filter) -> list[JSONObject]:
        try:
            found = self._pages(chosen)
        except NetworkError as problem:
            self._failed(problem)
            return []
        except ServerError as problem:
            if problem.status < _FIRST_SERVER_FAULT:
                raise
            self._failed(problem)
            return []
        self._failures = 0
        return found

    def _failed(self, problem: CliError) -> None:
        if self._failures == 0:
            self._console.note(f"warning: {problem.message} Trying again.")
        self._failures += 1

    def _pages(self, chosen: Filter) -> list[JSONObject]:
        found = activations.list_page(self._client, chosen)
        pages = 1
        while chosen.limit == 0 and len(found) == pages * PAGE and pages < _MOST_PAGES:
            found += activations.list_page(self._client, replace(chosen, skip=pages * PAGE))
            pages += 1
        return found

    def _show(self, activation: JSONObject) -> None:
        self._console.line()
        name, identifier = text_of(activation.get("name")), text_of(activation.get("activationId"))
        self._console.line(f"Activation: '{name}' ({identifier})")
        self._console.json(activation.get("logs"))

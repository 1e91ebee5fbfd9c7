"""What happens to activations while it happens, whatever the server can do.

A server that streams tells; where its stream breaks off it is opened again, and goes on from
there. Any other server is asked again and again, and knows only of ends. Both are read by a thread
of their own, so that whoever looks on can do something else meanwhile.

**Source**: design.md §5 (Live views); contracts/cli.md §7-3.
"""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from whisk_cli.client import activations
from whisk_cli.client.activations import PAGE, Filter
from whisk_cli.client.api import Client
from whisk_cli.client.following import OVERLAP_MS, Follower, pause_after
from whisk_cli.client.stream import Activations, Event, NoStreamError
from whisk_cli.errors import NetworkError, ServerError
from whisk_cli.jsonvalue import JSONObject, integer_of, members

_MOST_WAITING = 1000
"""How many events may wait to be looked at; then the server waits too."""

_MOST_PAGES = 10
"""How many pages of one answer are read before something is shown."""

_FIRST_SERVER_FAULT = 500
"""Statuses below will not change by asking again."""

_REOPEN_SECONDS = 0.5
"""The first pause before a stream is opened again; it grows while that fails."""

_MOST_REFUSALS = 8
"""So often may a server in trouble refuse to stream again before it is asked instead."""

_JOIN_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is looked at.

    Attributes:
        name: Only this action or trigger, ``name`` or ``package/name``; empty for all.
        status: Only ends with these statuses, in the words of servers, where the server can choose.
        events: Which events are wanted; from a server that does not stream only ``end`` comes.
        full: Whether ends carry the whole record.
        interval: How many seconds pass between two questions where there is no stream.
    """

    name: str = ""
    status: str = ""
    events: tuple[str, ...] = ("start", "end")
    full: bool = False
    interval: float = 2.0


class Live:
    """Looks on.

    Args:
        client: The client.
        wanted: What is looked at.
        warn: Told once when the server is in trouble; called from another thread.

    Attributes:
        client: The client; until the first event is asked for it may be used.
        streams: Whether the server tells what happens while it does.
    """

    def __init__(self, client: Client, wanted: Watched, warn: Callable[[str], None]) -> None:
        # Questions and streams come back at a pace of their own.
        client.repeats = False
        self.client = client
        self._wanted = wanted
        self._warn = warn
        self._stream = Activations(
            client, wanted.name, events=wanted.events, full=wanted.full, status=wanted.status
        )
        self._follower = Follower(0)
        self._failures = 0
        self._waiting: queue.Queue[Event | Exception] = queue.Queue(_MOST_WAITING)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._read, name="live", daemon=True)
        self.streams = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def open(self, since_ms: int = 0) -> None:
        """Begin to look on; from here on nothing is missed.

        Args:
            since_ms: What began earlier is of no interest, epoch milliseconds; 0 for what has
                ended by now.

        Raises:
            CliError: The server cannot be reached, or refuses.
        """
        try:
            self._stream.open()
            self.streams = True
        except (NoStreamError, NetworkError):
            self.streams = False
        if since_ms or self.streams:
            self._follower = Follower(since_ms or int(time.time() * 1000))
            return
        # The server's clock counts, not ours: what it started last tells its time.
        newest = activations.list_page(self.client, Filter(limit=1, name=self._wanted.name))
        floor = integer_of(newest[0].get("start")) - OVERLAP_MS if newest else 0
        self._follower = Follower(floor)
        if newest:
            # What has ended is of no interest; what still runs is not listed yet.
            chosen = Filter(limit=0, name=self._wanted.name, since=floor)
            self._follower.known(self._pages(replace(chosen, full=False)))

    def known(self, found: Iterable[JSONObject]) -> None:
        """Take note of activations whose end must not be told again."""
        self._follower.known(found)

    def happenings(self, *, tick_s: float, deadline: float | None = None) -> Iterator[Event | None]:
        """Give events as they come.

        Args:
            tick_s: After so many seconds without an event comes ``None``.
            deadline: When to stop (monotonic clock, seconds).

        Yields:
            Events; each end once. ``None`` where nothing has happened for a while.

        Raises:
            CliError: The server refuses, and will go on to.
        """
        if not self._thread.is_alive():
            self._thread.start()
        while True:
            patience = tick_s
            if deadline is not None:
                patience = min(patience, deadline - time.monotonic())
            try:
                found = self._waiting.get(timeout=max(patience, 0.0))
            except queue.Empty:
                if deadline is not None and time.monotonic() >= deadline:
                    return
                yield None
                continue
            if isinstance(found, Exception):
                raise found
            yield found

    def pending(self) -> bool:
        """Tell whether an event can be had without waiting."""
        return not self._waiting.empty()

    def close(self) -> None:
        """Stop looking on."""
        self._over.set()
        self._stream.interrupt()
        if self._thread.is_alive():
            self._thread.join(_JOIN_SECONDS)
        else:
            self._stream.close()

    def _read(self) -> None:
        try:
            if not self.streams or not self._listen():
                self.streams = False
                self._ask_on()
        except Exception as problem:  # carried to the thread that looks on
            self._put(problem)
        finally:
            self._stream.close()

    def _put(self, found: Event | Exception) -> None:
        while not self._over.is_set():
            try:
                self._waiting.put(found, timeout=0.5)
            except queue.Full:
                continue
            return

    def _take(self, event: Event) -> None:
        if event.name != "end" or self._follower.fresh([members(event.data)]):
            self._put(event)

    def _listen(self) -> bool:
        """Read the stream; False if the server does not stream any more."""
        while not self._over.is_set():
            opened = time.monotonic()
            try:
                for event in self._stream.events(None):
                    self._take(event)
                    if self._over.is_set():
                        return True
            except NetworkError:
                # A stream that ends as soon as it begins is not opened again and again.
                brief = time.monotonic() < opened + _REOPEN_SECONDS
                if self._over.wait(random.uniform(0.5, 1.0) * _REOPEN_SECONDS if brief else 0.0):
                    return True
                if not self._opens_again():
                    return self._over.is_set()
        return True

    def _opens_again(self) -> bool:
        failures = 0
        while not self._over.is_set():
            try:
                self._stream.open()
            except NoStreamError as problem:
                if problem.status < _FIRST_SERVER_FAULT or failures >= _MOST_REFUSALS:
                    return False
                self._troubled(failures, "The server does not answer.")
            except NetworkError as problem:
                self._troubled(failures, problem.message)
            else:
                return True
            failures += 1
            # By chance, so that many clients do not come back together.
            longest = pause_after(failures, _REOPEN_SECONDS)
            self._over.wait(random.uniform(longest / 2, longest))
        return False

    def _ask_on(self) -> None:
        while True:
            for each in reversed(self._follower.fresh(self._question())):
                self._put(Event(name="end", data=each))
            if self._over.wait(pause_after(self._failures, self._wanted.interval)):
                return

    def _question(self) -> list[JSONObject]:
        wanted = self._wanted
        chosen = Filter(
            limit=0,
            name=wanted.name,
            since=self._follower.since_ms,
            full=wanted.full,
            status=wanted.status,
        )
        try:
            found = self._pages(chosen)
        except ServerError as problem:
            if problem.status < _FIRST_SERVER_FAULT and problem.status != 429:
                raise
            self._troubled(self._failures, problem.message)
        except NetworkError as problem:
            self._troubled(self._failures, problem.message)
        else:
            self._failures = 0
            return found
        self._failures += 1
        return []

    def _pages(self, chosen: Filter) -> list[JSONObject]:
        found = activations.list_page(self.client, chosen)
        pages = 1
        while len(found) == pages * PAGE and pages < _MOST_PAGES:
            found += activations.list_page(self.client, replace(chosen, skip=pages * PAGE))
            pages += 1
        return found

    def _troubled(self, failures: int, message: str) -> None:
        if failures == 0:
            self._warn(f"warning: {message} Trying again.")

"""Channels: watchers with the same filter share one bounded row of pages. Pure.

A watcher is a place in that row. Telling everybody costs the same for one watcher and a thousand,
and the memory is the row's, not each watcher's. Who is further behind than the row reaches is let
go: nothing ever waits for a watcher.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from whisk_platform.common.positions import Position

PAGE_BYTES = 16 << 10
"""A page that has as much is sealed, whatever else there is to come."""


@dataclass(frozen=True, slots=True)
class Page:
    """Events that are handed out together."""

    text: bytes
    events: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """Pages in a row as they were handed out last."""

    first: int
    after_last: int
    text: bytes


@dataclass(slots=True, eq=False)
class Watcher:
    """Who watches: one client."""

    namespace: str
    joined: Position
    """What was told before is not for this watcher."""
    channel: Channel | None = None
    """None until everything from before has been handed out."""
    place: int = 0
    """Number of the channel's page that comes next."""
    waiting: bool = False
    """Whether it has asked for a piece and not got one."""
    queued: bool = False
    """Whether it stands in the queue for a turn."""
    farewell: bytes | None = None
    """Its last piece, once it has to go."""

    @property
    def behind(self) -> bool:
        """Whether something is there for it."""
        if self.farewell is not None:
            return True
        return self.channel is not None and self.place < self.channel.after_last


@dataclass(slots=True, eq=False)
class Channel:
    """The row of pages of one filter, and who reads it."""

    pages: deque[Page] = field(default_factory=deque)
    first: int = 0
    """Number of the oldest page."""
    size: int = 0
    """Bytes of all pages and the open one."""
    events: int = 0
    watchers: set[Watcher] = field(default_factory=set)
    idle: dict[Watcher, None] = field(default_factory=dict)
    """Those that wait and have read everything, in order of waiting."""
    _piece: _Piece | None = None
    _open: list[bytes] = field(default_factory=list)
    _open_events: int = 0
    _open_size: int = 0

    @property
    def after_last(self) -> int:
        """Number of the page that will be sealed next."""
        return self.first + len(self.pages)

    def add(self, text: bytes, events: int) -> bool:
        """Put an event into the open page; true when the page has become large enough."""
        self._open.append(text)
        self._open_size += len(text)
        self._open_events += events
        self.size += len(text)
        self.events += events
        return self._open_size >= PAGE_BYTES

    def seal(self, most_bytes: int, most_events: int) -> list[Watcher]:
        """Close the open page, drop the oldest ones beyond the bounds.

        The newest page stays, however large: one event must always find its way.

        Returns:
            Who has waited for it.
        """
        if not self._open:
            return []
        self.pages.append(Page(b"".join(self._open), self._open_events))
        self._open, self._open_events, self._open_size = [], 0, 0
        while len(self.pages) > 1 and (self.size > most_bytes or self.events > most_events):
            self._drop()
        woken, self.idle = list(self.idle), {}
        return woken

    def take(self, watcher: Watcher, most: int) -> bytes | None:
        """The next piece for a watcher: some pages, at least one.

        Watchers in the same place get the same piece, made once; so those that have read the same
        stay together, and the work is one watcher's for all of them.

        Args:
            watcher: of this channel, behind.
            most: bytes, unless a single page has more.

        Returns:
            None when a page that it has not read is gone.
        """
        piece = self._piece
        if piece is None or piece.first != watcher.place:
            at = watcher.place - self.first
            if at < 0:
                return None
            piece = self._piece = self._join(at, most)
        watcher.place = piece.after_last
        return piece.text

    def release(self) -> None:
        """Drop the pages that everybody has read."""
        self._piece = None
        needed = min((watcher.place for watcher in self.watchers), default=self.after_last)
        while self.pages and self.first < needed:
            self._drop()

    def _join(self, at: int, most: int) -> _Piece:
        first = self.first + at
        taken: list[bytes] = []
        size = 0
        while at < len(self.pages):
            page = self.pages[at]
            if taken and size + len(page.text) > most:
                break
            taken.append(page.text)
            size += len(page.text)
            at += 1
        text = taken[0] if len(taken) == 1 else b"".join(taken)
        return _Piece(first, self.first + at, text)

    def _drop(self) -> None:
        page = self.pages.popleft()
        self.first += 1
        self.size -= len(page.text)
        self.events -= page.events

"""The hub: takes what is told, and keeps it for who watches until they have their turn. Pure.

Telling only appends to one bounded row; the texts are made, and matched with filters, when
``pass_on`` is called, away from the path of an invocation. Joining stands in the same row, so that
a watcher gets exactly what was told after the position at which it joined.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from whisk_platform.common.errors import TooManyRequestsError, UnavailableError
from whisk_platform.common.positions import Position, new_position
from whisk_platform.controller import texts
from whisk_platform.controller.activity.channel import Channel, Watcher
from whisk_platform.controller.activity.filters import WatchFilter
from whisk_platform.controller.activity.happenings import (
    End,
    Happening,
    Log,
    Start,
    farewell,
)
from whisk_platform.entities.activation import Activation
from whisk_platform.spi.activity import Started

LEAST_BYTES = 64 << 10
"""Of a channel, however many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much may be held, and for how many."""

    watchers_per_namespace: int = 100
    watchers: int = 2_000
    """Of all namespaces together."""
    queue_events: int = 10_000
    """How far behind a watcher may be."""
    queue_bytes: int = 4 << 20
    """Likewise, in bytes."""
    held_bytes: int = 128 << 20
    """Of all channels together; beyond, each gets an equal share."""
    told_events: int = 50_000
    """What may wait for being passed on."""
    told_bytes: int = 32 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityCounts:
    """What operators and tests see."""

    watchers: int
    channels: int
    told: int
    """Happenings that wait for being passed on."""
    held_bytes: int
    """Of what waits, in either place."""
    passed_on: int
    """Happenings so far."""
    overflows: int
    """Watchers so far that were let go because they were too slow."""


@dataclass(slots=True, eq=False)
class Audience:
    """Who watches one namespace."""

    watchers: set[Watcher] = field(default_factory=set)
    """Those that are still joining included."""
    channels: dict[WatchFilter, Channel] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Joining:
    watcher: Watcher
    wanted: WatchFilter


Told: TypeAlias = tuple[Audience, Happening]


class ActivityHub:
    """The ``ActivityFeed`` of a process whose namespaces can be watched."""

    def __init__(
        self, bounds: Bounds | None = None, on_told: Callable[[], None] = lambda: None
    ) -> None:
        """Make a hub that nobody watches.

        Args:
            bounds: the operator's.
            on_told: called when there is something to pass on; must return at once.
        """
        self.bounds = bounds or Bounds()
        self.on_told = on_told
        self.ready: deque[Watcher] = deque()
        """Who waits and has something to get, in order of waiting."""
        self._audiences: dict[str, Audience] = {}
        self._row: deque[tuple[Audience, Happening | _Joining]] = deque()
        self._row_bytes = 0
        self._unsealed: dict[Channel, None] = {}
        self._watchers = 0
        self._channels = 0
        self._passed_on = 0
        self._overflows = 0
        self._closed = False

    # -- the feed ------------------------------------------------------------------------------

    def watches(self, namespace: str) -> bool:
        """Whether anybody watches a namespace."""
        return namespace in self._audiences

    def started(self, started: Started) -> None:
        """An activation has begun."""
        audience = self._audiences.get(started.namespace)
        if audience is not None:
            self._tell(audience, Start(new_position(), started))

    def printed(self, of: Started, lines: Sequence[str]) -> None:
        """An activation has printed whole lines."""
        audience = self._audiences.get(of.namespace)
        if audience is not None and lines:
            self._tell(audience, Log(new_position(), of, lines))

    def ended(self, activation: Activation, position: Position) -> None:
        """A record is complete."""
        audience = self._audiences.get(activation.namespace)
        if audience is not None:
            self._tell(audience, End(position, activation))

    def _tell(self, audience: Audience, happening: Happening) -> None:
        bounds = self.bounds
        room = bounds.told_bytes - self._row_bytes
        if isinstance(happening, Log) and (
            happening.size > room // 2 or len(self._row) > bounds.told_events // 2
        ):
            # Floods of output must not drive away who wants to know how activations end.
            happening = happening.without_lines()
            self._merge_dropped(audience, happening)
        if happening.size > room or len(self._row) >= bounds.told_events:
            for watcher in audience.watchers:
                self._overflow(watcher)
            return
        self._row.append((audience, happening))
        self._row_bytes += happening.size
        self.on_told()

    def _merge_dropped(self, audience: Audience, log: Log) -> None:
        """Take over the count of the newest in the row, if that has lost its lines as well."""
        if not self._row:
            return
        before_audience, before = self._row[-1]
        if (
            before_audience is audience
            and isinstance(before, Log)
            and before.dropped
            and before.of.activation_id == log.of.activation_id
        ):
            self._row.pop()
            self._row_bytes -= before.size
            log.dropped += before.dropped

    # -- watchers ------------------------------------------------------------------------------

    def join(self, wanted: WatchFilter) -> Watcher:
        """Add a watcher; it gets what is told from now on.

        Raises:
            TooManyRequestsError: the namespace has as many as it may.
            UnavailableError: there are too many altogether, or the platform stops.
        """
        if self._closed:
            raise UnavailableError(texts.WATCHING_STOPPED)
        if self._watchers >= self.bounds.watchers or len(self._row) >= self.bounds.told_events:
            raise UnavailableError(texts.NO_MORE_WATCHERS)
        audience = self._audiences.get(wanted.namespace)
        most = self.bounds.watchers_per_namespace
        if (0 if audience is None else len(audience.watchers)) >= most:
            raise TooManyRequestsError(texts.too_many_watchers(most))
        if audience is None:
            audience = self._audiences[wanted.namespace] = Audience()
        watcher = Watcher(namespace=wanted.namespace, joined=new_position())
        audience.watchers.add(watcher)
        self._watchers += 1
        self._row.append((audience, _Joining(watcher, wanted)))
        self.on_told()
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """Forget a watcher. Idempotent."""
        audience = self._audiences.get(watcher.namespace)
        if audience is None or watcher not in audience.watchers:
            return
        audience.watchers.discard(watcher)
        self._watchers -= 1
        watcher.waiting = False
        channel = watcher.channel
        if channel is not None:
            channel.watchers.discard(watcher)
            channel.idle.pop(watcher, None)
            if not channel.watchers:
                self._channels -= 1
                audience.channels = {
                    wanted: each
                    for wanted, each in audience.channels.items()
                    if each is not channel
                }
        if not audience.watchers:
            del self._audiences[watcher.namespace]

    def wait(self, watcher: Watcher) -> None:
        """Note that a watcher wants its next piece."""
        watcher.waiting = True
        if watcher.behind:
            self._enqueue(watcher)
        elif watcher.channel is not None:
            watcher.channel.idle[watcher] = None

    def take(self, watcher: Watcher, most: int) -> tuple[bytes, bool]:
        """The next piece for a watcher that is behind, at most ``most`` bytes if that is possible.

        Returns:
            The piece, and whether it is the last one.
        """
        watcher.waiting = watcher.queued = False
        if watcher.farewell is not None:
            return watcher.farewell, True
        assert watcher.channel is not None, "a watcher that is still joining is not behind"
        piece = watcher.channel.take(watcher, most)
        return (self._overflow(watcher), True) if piece is None else (piece, False)

    def dismiss(self, watcher: Watcher, reason: str) -> None:
        """Let a watcher go; the reason is the last thing it gets."""
        self._let_go(watcher, farewell("bye", reason))

    def close(self, reason: str) -> None:
        """Let everybody go, and take nobody any more."""
        self._closed = True
        for audience in self._audiences.values():
            for watcher in audience.watchers:
                self.dismiss(watcher, reason)

    def caught_up(self, watcher: Watcher) -> bool:
        """Whether a watcher has been given everything that has been told so far."""
        return not self._row and watcher.channel is not None and not watcher.behind

    def _overflow(self, watcher: Watcher) -> bytes:
        if watcher.farewell is None:
            self._overflows += 1
        return self._let_go(watcher, farewell("overflow", texts.WATCHER_TOO_SLOW))

    def _let_go(self, watcher: Watcher, last: bytes) -> bytes:
        """Set the last piece of a watcher, unless it has one, and return it."""
        if watcher.farewell is None:
            watcher.farewell = last
            if watcher.waiting:
                self._enqueue(watcher)
        return watcher.farewell

    def _enqueue(self, watcher: Watcher) -> None:
        if not watcher.queued:
            watcher.queued = True
            self.ready.append(watcher)

    # -- passing on ----------------------------------------------------------------------------

    @property
    def told(self) -> int:
        """How much is there to be passed on."""
        return len(self._row)

    def next_told(self) -> Told | None:
        """What ``pass_on`` would pass on next; None when that has no text to be made."""
        if not self._row:
            return None
        audience, told = self._row[0]
        return None if isinstance(told, _Joining) else (audience, told)

    def pass_on(self) -> bool:
        """Give what was told first to the channels that want it; False when there is nothing."""
        if not self._row:
            return False
        audience, told = self._row.popleft()
        if isinstance(told, _Joining):
            self._attach(audience, told)
            return True
        self._row_bytes -= told.size
        self._passed_on += 1
        for wanted, channel in audience.channels.items():
            if wanted.matches(told):
                if channel.add(told.text(docs=wanted.docs), told.count):
                    self._seal(channel)
                else:
                    self._unsealed[channel] = None
        return True

    def seal(self) -> None:
        """Make what was passed on available, and drop what is beyond the bounds."""
        for channel in self._unsealed:
            self._seal(channel)
        self._unsealed.clear()

    def release(self) -> None:
        """Forget what everybody has got."""
        for audience in self._audiences.values():
            for channel in audience.channels.values():
                channel.release()

    def counts(self) -> ActivityCounts:
        """How it stands."""
        channels = [c for a in self._audiences.values() for c in a.channels.values()]
        return ActivityCounts(
            watchers=self._watchers,
            channels=len(channels),
            told=len(self._row),
            held_bytes=self._row_bytes + sum(channel.size for channel in channels),
            passed_on=self._passed_on,
            overflows=self._overflows,
        )

    def _attach(self, audience: Audience, joining: _Joining) -> None:
        watcher = joining.watcher
        if watcher not in audience.watchers:
            return
        channel = audience.channels.get(joining.wanted)
        if channel is None:
            channel = audience.channels[joining.wanted] = Channel()
            self._channels += 1
        # What is in the open page was told before.
        self._seal(channel)
        channel.watchers.add(watcher)
        watcher.channel, watcher.place = channel, channel.after_last
        if watcher.waiting and not watcher.queued:
            channel.idle[watcher] = None

    def _seal(self, channel: Channel) -> None:
        bounds = self.bounds
        share = min(bounds.queue_bytes, bounds.held_bytes // max(1, self._channels))
        for watcher in channel.seal(max(LEAST_BYTES, share), bounds.queue_events):
            if watcher.waiting:
                self._enqueue(watcher)

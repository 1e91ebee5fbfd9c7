"""The pacer: gives watchers their turns, often enough to feel live, and too rarely to be felt.

One task for all watchers. It passes on what was told and hands out so many pieces and bytes for
each tick, oldest wait first: with a few watchers everything arrives at once, with very many the
pieces come more rarely and are larger.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeAlias

from whisk_platform.common.errors import UnauthorizedError, WhiskError
from whisk_platform.common.logging import get_logger
from whisk_platform.common.positions import new_position
from whisk_platform.common.tasks import Supervisor
from whisk_platform.controller import texts
from whisk_platform.controller.activity.channel import Watcher
from whisk_platform.controller.activity.filters import WatchFilter
from whisk_platform.controller.activity.happenings import farewell, heartbeat
from whisk_platform.controller.activity.hub import ActivityHub, Told

TICK_S = 0.005
TURNS = 5
"""Pieces handed out in a tick."""
TICK_BYTES = 256 << 10
"""Bytes handed out in a tick; one piece more than that at most."""
PIECE_BYTES = 64 << 10
"""The largest piece, unless a single event is larger."""
PASSED_ON = 100
"""Happenings passed on between two looks at the event loop."""
ON_LOOP_BYTES = 64 << 10
"""Larger ones are made into text in a thread."""
CHORES_S = 1.0
"""How often keys are checked and memory is given back."""

KeyCheck: TypeAlias = Callable[[str | None], Awaitable[object]]
"""Given the header that a client came with, raises ``UnauthorizedError`` when it is void."""

_log = get_logger(__name__)


class Piece(NamedTuple):
    """What a client is to be sent."""

    text: bytes
    last: bool


class Watch:
    """One client's watch."""

    def __init__(self, pacer: Pacer, watcher: Watcher, credentials: str | None) -> None:
        self._pacer = pacer
        self.watcher = watcher
        self.credentials = credentials
        self._next: asyncio.Future[Piece] | None = None

    async def next(self) -> Piece:
        """Wait for the next piece; after the last one the watch is over."""
        self._next = asyncio.get_running_loop().create_future()
        self._pacer.wait(self)
        return await self._next

    def hand(self, piece: Piece) -> None:
        """Give it what it waits for."""
        if self._next is not None and not self._next.done():
            self._next.set_result(piece)

    def close(self) -> None:
        """End it. Idempotent."""
        self._pacer.close_watch(self)


class Pacer:
    """Serves all watches of one controller."""

    def __init__(
        self,
        hub: ActivityHub,
        tasks: Supervisor,
        check_key: KeyCheck,
        *,
        heartbeat_s: float = 15.0,
    ) -> None:
        """Make a pacer; it does nothing until somebody watches.

        Args:
            hub: where watchers join.
            tasks: holds the one task.
            check_key: finds out, again and again, whether a client's key is still good.
            heartbeat_s: after how many seconds of silence a client gets a sign of life.
        """
        self.hub = hub
        hub.on_told = self._wake
        self._tasks = tasks
        self._check_key = check_key
        self._heartbeat_s = heartbeat_s
        self._watches: dict[Watcher, Watch] = {}
        self._quiet_since: dict[Watcher, float] = {}
        """In order of the times."""
        self._work = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._chores_due = 0.0

    def watch(self, wanted: WatchFilter, credentials: str | None) -> Watch:
        """Begin a watch; it gets what is told from now on, and has to be closed.

        Raises:
            TooManyRequestsError: the namespace has as many as it may.
            UnavailableError: there are too many altogether, or the platform stops.
        """
        watcher = self.hub.join(wanted)
        watch = self._watches[watcher] = Watch(self, watcher, credentials)
        self._touch(watcher)
        if self._running is None:
            try:
                self._running = self._tasks.spawn(self._run(), "watchers")
            except WhiskError:
                self.close_watch(watch)
                raise
        return watch

    def wait(self, watch: Watch) -> None:
        """A watch wants its next piece."""
        self.hub.wait(watch.watcher)
        if self.hub.ready:
            self._wake()

    def close_watch(self, watch: Watch) -> None:
        """A watch is over."""
        self.hub.leave(watch.watcher)
        self._watches.pop(watch.watcher, None)
        self._quiet_since.pop(watch.watcher, None)
        if not self._watches:
            self._wake()

    def close(self) -> None:
        """Tell every client that the platform stops, and take no new one."""
        self.hub.close(texts.WATCHING_STOPPED)
        self._wake()

    def _wake(self) -> None:
        self._work.set()

    def _touch(self, watcher: Watcher) -> None:
        self._quiet_since.pop(watcher, None)
        self._quiet_since[watcher] = asyncio.get_running_loop().time()

    # -- the task ------------------------------------------------------------------------------

    async def _run(self) -> None:
        try:
            while self._watches:
                await self._work_or_chores()
                await self._pass_on()
                self._serve()
                await self._do_chores()
                await asyncio.sleep(TICK_S)
        finally:
            self._running = None
            # However this ended, nobody may wait for ever.
            for watch in self._watches.values():
                watch.hand(Piece(farewell("bye", texts.WATCHING_STOPPED), last=True))

    async def _work_or_chores(self) -> None:
        if self.hub.ready or self._work.is_set():
            self._work.clear()
            return
        left = self._chores_due - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(max(0.0, left)):
                await self._work.wait()
        except TimeoutError:
            return
        self._work.clear()

    async def _pass_on(self) -> None:
        """Pass on all that was told until now, without holding up the event loop."""
        left = self.hub.told
        while left:
            for _ in range(min(left, PASSED_ON)):
                told = self.hub.next_told()
                if told is not None and told[1].size > ON_LOOP_BYTES:
                    await asyncio.to_thread(_make_texts, told, tuple(told[0].channels))
                self.hub.pass_on()
                left -= 1
            if left:
                await asyncio.sleep(0)
        self.hub.seal()

    def _serve(self) -> None:
        """Hand out the pieces of one tick."""
        handed = 0
        ready = self.hub.ready
        for _ in range(min(TURNS, len(ready))):
            watcher = ready.popleft()
            watch = self._watches.get(watcher)
            if watch is None or not watcher.waiting:
                watcher.queued = False
                continue
            piece = Piece(*self.hub.take(watcher, PIECE_BYTES))
            watch.hand(piece)
            self._touch(watcher)
            handed += len(piece.text)
            if handed > TICK_BYTES:
                return

    async def _do_chores(self) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._chores_due:
            return
        self._chores_due = now + CHORES_S
        self.hub.release()
        self._give_signs_of_life(now)
        await self._check_keys()

    def _give_signs_of_life(self, now: float) -> None:
        for watcher, since in list(self._quiet_since.items()):
            if now - since < self._heartbeat_s:
                return
            self._touch(watcher)
            if watcher.waiting and not watcher.queued:
                watcher.waiting = False
                position = new_position() if self.hub.caught_up(watcher) else None
                self._watches[watcher].hand(Piece(heartbeat(position), last=False))

    async def _check_keys(self) -> None:
        """Let those go whose key is blocked or replaced."""
        by_key: dict[str | None, list[Watch]] = {}
        for watch in self._watches.values():
            by_key.setdefault(watch.credentials, []).append(watch)
        for credentials, watches in by_key.items():
            try:
                await self._check_key(credentials)
            except UnauthorizedError:
                for watch in watches:
                    self.hub.dismiss(watch.watcher, texts.KEY_REVOKED)
            except WhiskError as error:
                _log.warning("watchers_key_not_checked", error=error.message)


def _make_texts(told: Told, filters: tuple[WatchFilter, ...]) -> None:
    """Make, and keep, the texts that ``pass_on`` is going to want."""
    for wanted in filters:
        if wanted.matches(told[1]):
            told[1].text(docs=wanted.docs)

"""Sandboxes that wait for work: taken in no time, refilled behind the caller's back."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.process.container import ProcessContainer

Make = Callable[[], Awaitable[ProcessContainer]]

_REFILL_DELAY = 0.02
"""Let the call that took a cell run first."""
_FIRST_RETRY = 0.5
_LAST_RETRY = 30.0


class StemCells:
    """The ready sandboxes of one kind."""

    def __init__(self, kind: str, count: int, make: Make) -> None:
        self._kind = kind
        self._count = count
        self._make = make
        self._ready: deque[ProcessContainer] = deque()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._discards: set[asyncio.Task[None]] = set()
        self.failure: str | None = None
        """Why the last attempt to make one failed; None after a success."""

    def start(self, first: list[ProcessContainer]) -> None:
        """Begin with what is there and fill up."""
        for container in first:
            self._put(container)
        if self._count:
            self._wake.set()
            self._task = asyncio.create_task(self._refill(), name=f"stem-cells {self._kind}")

    def __len__(self) -> int:
        return len(self._ready)

    def take(self) -> ProcessContainer | None:
        """The sandbox that has waited longest, or None."""
        while self._ready:
            container = self._ready.popleft()
            container.on_gone = None
            self._wake.set()
            if container.alive:
                return container
        return None

    async def close(self) -> None:
        """Stop refilling and destroy what waits."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        waiting = list(self._ready)
        self._ready.clear()
        for container in waiting:
            container.on_gone = None
        await asyncio.gather(*(container.destroy() for container in waiting), *self._discards)

    def _put(self, container: ProcessContainer) -> None:
        container.on_gone = self._lost
        self._ready.append(container)

    def _lost(self, container: ProcessContainer) -> None:
        """A waiting sandbox has died."""
        if container in self._ready:
            self._ready.remove(container)
        task = asyncio.ensure_future(container.destroy())
        self._discards.add(task)
        task.add_done_callback(self._discards.discard)
        self._wake.set()

    async def _refill(self) -> None:
        pause = _FIRST_RETRY
        while True:
            await self._wake.wait()
            self._wake.clear()
            await asyncio.sleep(_REFILL_DELAY)
            while len(self._ready) < self._count:
                try:
                    self._put(await self._make())
                except ContainerError as error:
                    self.failure = error.message
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, _LAST_RETRY)
                else:
                    self.failure, pause = None, _FIRST_RETRY

"""Sandboxes that wait for work: taken in no time, refilled behind the caller's back."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.process.container import ProcessContainer
from whisk_platform.containers.process.stempolicy import StemPolicy

Make = Callable[[], Awaitable[ProcessContainer]]

_QUIET_SECONDS = 0.02
"""After the last take, so that those who need a sandbox now go before those who may need one."""
_LONGEST_WAIT = 1.0
"""Among takes that never pause, one is made after so long all the same."""
_FIRST_RETRY = 0.5
_LAST_RETRY = 30.0


@dataclass(slots=True, kw_only=True)
class StemMemory:
    """The memory that all sandboxes that wait may use together."""

    budget_mb: int
    used_mb: int = 0

    def room(self, cost_mb: int) -> int:
        """How many more sandboxes of this cost fit."""
        return max(0, self.budget_mb - self.used_mb) // cost_mb


class StemCells:
    """The ready sandboxes of one kind and memory."""

    def __init__(
        self, name: str, policy: StemPolicy, make: Make, memory: StemMemory, cost_mb: int
    ) -> None:
        """Make nothing before ``start``.

        Args:
            name: of the kind, for people.
            policy: says how many should wait.
            make: makes one.
            memory: shared with all other kinds.
            cost_mb: what one that waits really uses.
        """
        self._name = name
        self._policy = policy
        self._make = make
        self._memory = memory
        self._cost_mb = cost_mb
        self._loop = asyncio.get_running_loop()
        self._ready: deque[tuple[float, ProcessContainer]] = deque()
        self._taken_at = -_QUIET_SECONDS
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._discards: set[asyncio.Task[None]] = set()
        self.failure: str | None = None
        """Why the last attempt to make one failed; None after a success."""

    def start(self, first: list[ProcessContainer]) -> None:
        """Begin with what is there and fill up."""
        for container in first:
            self._put(container)
        self._wake.set()
        self._task = asyncio.create_task(self._keep(), name=f"stem-cells {self._name}")

    def __len__(self) -> int:
        return len(self._ready)

    def take(self) -> ProcessContainer | None:
        """The sandbox that has waited longest, or None."""
        taken = None
        while self._ready and taken is None:
            container = self._pop()
            taken = container if container.alive else None
        self._taken_at = self._loop.time()
        self._policy.taken(self._taken_at, hit=taken is not None)
        self._wake.set()
        return taken

    async def close(self) -> None:
        """Stop refilling and destroy what waits."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        waiting = [self._pop() for _ in range(len(self._ready))]
        await asyncio.gather(*(container.destroy() for container in waiting), *self._discards)

    def _put(self, container: ProcessContainer) -> None:
        container.on_gone = self._lost
        self._ready.append((self._loop.time(), container))
        self._memory.used_mb += self._cost_mb

    def _pop(self) -> ProcessContainer:
        _, container = self._ready.popleft()
        container.on_gone = None
        self._memory.used_mb -= self._cost_mb
        return container

    def _lost(self, container: ProcessContainer) -> None:
        """A waiting sandbox has died."""
        for entry in self._ready:
            if entry[1] is container:
                self._ready.remove(entry)
                self._memory.used_mb -= self._cost_mb
                break
        self._discard(container)
        self._wake.set()

    def _discard(self, container: ProcessContainer) -> None:
        task = asyncio.ensure_future(container.destroy())
        self._discards.add(task)
        task.add_done_callback(self._discards.discard)

    async def _keep(self) -> None:
        """Do what the policy says whenever something has happened or is due."""
        pause = _FIRST_RETRY
        while True:
            await self._wait()
            while self._wants_more():
                await self._quiet()
                try:
                    self._put(await self._make())
                except ContainerError as error:
                    self.failure = error.message
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, _LAST_RETRY)
                else:
                    self.failure, pause = None, _FIRST_RETRY

    async def _quiet(self) -> None:
        """Wait until nobody has taken one for a moment."""
        latest = self._loop.time() + _LONGEST_WAIT
        pause = self._pause(latest)
        while pause > 0:
            await asyncio.sleep(pause)
            pause = self._pause(latest)

    def _pause(self, latest: float) -> float:
        return min(self._taken_at + _QUIET_SECONDS, latest) - self._loop.time()

    async def _wait(self) -> None:
        due = self._policy.next_change(self._loop.time())
        if due is None:
            await self._wake.wait()
        else:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    await self._wake.wait()
        self._wake.clear()

    def _wants_more(self) -> bool:
        """Remove what the policy does not want any more; whether it wants another one."""
        born = [since for since, _ in self._ready]
        plan = self._policy.plan(self._loop.time(), born, self._memory.room(self._cost_mb))
        for _ in range(plan.remove):
            container = self._pop()
            self._discard(container)
        return plan.make > 0

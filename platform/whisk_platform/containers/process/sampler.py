"""Memory limits by measuring, for machines whose control groups we may not write.

Running sandboxes are measured every 20 ms, waiting ones every second. What is measured is resident
memory plus what lies in the sandbox's own /tmp; a sandbox over its limit is killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os

from whisk_platform.containers.process.container import ProcessContainer
from whisk_platform.host.sandbox import tree

_PERIOD = 0.02
_IDLE_PERIOD = 1.0
_LOOK_AGAIN = 5
"""New processes are looked for in every so many rounds; known ones are measured in each."""
_PAGE = os.sysconf("SC_PAGE_SIZE")


class MemorySampler:
    """Watches the memory of all sandboxes of a factory."""

    def __init__(self) -> None:
        self._containers: set[ProcessContainer] = set()
        self._busy: dict[ProcessContainer, list[int]] = {}
        self._task: asyncio.Task[None] | None = None
        self._work = asyncio.Event()
        self.used_bytes = 0
        """Memory of all sandboxes, shares of common pages divided; at most a second old."""

    def start(self) -> None:
        """Begin to watch."""
        self._task = asyncio.create_task(self._watch(), name="memory sampler")

    def add(self, container: ProcessContainer) -> None:
        """Watch a container from now on."""
        self._containers.add(container)
        container.on_busy = self._on_busy
        self._work.set()

    def remove(self, container: ProcessContainer) -> None:
        """Forget a container."""
        self._containers.discard(container)
        self._busy.pop(container, None)

    async def close(self) -> None:
        """Stop watching."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def _on_busy(self, container: ProcessContainer, busy: bool) -> None:
        if busy:
            self._busy[container] = []
            self._work.set()
        else:
            self._busy.pop(container, None)

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        rounds, idle_due = 0, 0.0
        while True:
            if not self._containers:
                self.used_bytes = 0
                self._work.clear()
                await self._work.wait()
            if loop.time() >= idle_due:
                await self._look_at_all()
                idle_due = loop.time() + _IDLE_PERIOD
            for container, pids in list(self._busy.items()):
                if rounds % _LOOK_AGAIN == 0 or not pids:
                    pids[:] = tree.descendants(container.sandbox.pid)
                self._judge(container, sum(map(resident_bytes, pids)))
            rounds += 1
            self._work.clear()
            await self._sleep(_PERIOD if self._busy else idle_due - loop.time())

    async def _sleep(self, seconds: float) -> None:
        """Sleep, but not on when a sandbox gets busy."""
        if seconds <= _PERIOD:
            await asyncio.sleep(max(0.0, seconds))
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._work.wait()

    async def _look_at_all(self) -> None:
        containers = [c for c in self._containers if c.alive]
        keepers = [container.sandbox.pid for container in containers]
        measured = await asyncio.to_thread(_measure, keepers)
        for container, (resident, _) in zip(containers, measured, strict=True):
            if container in self._containers:
                self._judge(container, resident)
        self.used_bytes = sum(share for _, share in measured)

    def _judge(self, container: ProcessContainer, resident: int) -> None:
        used = resident + tmp_bytes(container.sandbox.pid, container.sandbox.namespaced)
        if used > container.spec.memory_mb << 20 and container.alive:
            container.exceed_memory()


def resident_bytes(pid: int) -> int:
    """Resident memory of a process; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            return int(file.read().split()[1]) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0


def share_bytes(pid: int) -> int:
    """Memory of a process with common pages divided among those who share them."""
    with contextlib.suppress(OSError, ValueError), open(f"/proc/{pid}/smaps_rollup", "rb") as file:
        for line in file:
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) << 10
    return resident_bytes(pid)


def tmp_bytes(keeper: int, namespaced: bool) -> int:
    """What lies in the /tmp and /dev/shm of a sandbox that has its own of them in memory."""
    if not namespaced or not keeper:
        return 0
    used = 0
    for place in ("tmp", "dev/shm"):
        with contextlib.suppress(OSError):
            state = os.statvfs(f"/proc/{keeper}/root/{place}")
            used += (state.f_blocks - state.f_bfree) * state.f_frsize
    return used


def _measure(keepers: list[int]) -> list[tuple[int, int]]:
    """Resident memory and share of each sandbox."""
    result = []
    for keeper in keepers:
        pids = [keeper, *tree.descendants(keeper)] if keeper else []
        result.append((sum(map(resident_bytes, pids[1:])), sum(map(share_bytes, pids))))
    return result

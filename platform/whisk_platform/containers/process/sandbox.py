"""One started sandbox as the platform holds it: descriptors, control groups, killing, removal."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from whisk_platform.host.cgroups import SandboxGroup
from whisk_platform.host.sandbox import tree

_END_SECONDS = 5.0
_REMOVE_ROUNDS = 200


@dataclass(slots=True, kw_only=True)
class Sandbox:
    """Handles of one sandbox; whoever holds them removes them."""

    id: str
    channel: socket.socket
    stdout: int
    stderr: int
    namespaced: bool
    group: SandboxGroup | None = None
    scratch: Path | None = None
    """Its private directory where it has no private file system."""
    recycle: Callable[[SandboxGroup], bool] = lambda _: False
    """Takes the control group for another sandbox; False when it has to be removed."""
    release: Callable[[], None] = lambda: None
    """Called once when nothing of it is left."""
    pidfd: int | None = None
    """The keeper's."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the keeper has ended."""
    suspended: bool = False
    _pid: int = 0
    _killed: bool = False
    _removed: asyncio.Future[None] | None = None

    @property
    def pid(self) -> int:
        """The keeper, in our own process namespace; 0 until known."""
        if not self._pid and self.pidfd is not None:
            self._pid = _pid_of(self.pidfd)
        return self._pid

    def attach(self, pid: int, pidfd: int | None) -> None:
        """Remember the keeper's process.

        Args:
            pid: in the zygote's process namespace.
            pidfd: its descriptor, from which we learn the id in our namespace when it is needed.
        """
        self._pid = 0 if self.namespaced else pid
        self.pidfd = pidfd

    def kill(self) -> None:
        """Kill everything in it at once; what resists is left to ``remove``."""
        if self.ended.is_set():
            return
        if self.suspended and self.group is not None:
            self.group.thaw()
        if self.namespaced:
            if not self._killed:
                self._killed = self._signal_keeper(signal.SIGKILL)
            return
        if self.group is not None:
            self.group.kill()
        self._signal_keeper(signal.SIGTERM)

    async def remove(self) -> None:
        """Kill it and wait until nothing of it is left. Idempotent, never raises."""
        if self._removed is None:
            self._removed = asyncio.ensure_future(self._remove())
        await asyncio.shield(self._removed)

    async def suspend(self) -> None:
        """Stop every process."""
        self.suspended = True
        if self.group is not None and self.group.can_freeze:
            self.group.freeze()
        elif self.pid:
            await asyncio.to_thread(self._stop_tree)

    async def resume(self) -> None:
        """Let every process go on."""
        self.suspended = False
        if self.group is not None and self.group.can_freeze:
            self.group.thaw()
        elif self.pid:
            tree.signal_all(tree.descendants(self.pid), signal.SIGCONT)

    def _signal_keeper(self, number: int) -> bool:
        """Signal the keeper; False if it was not known or has ended."""
        with contextlib.suppress(OSError):
            if self.pidfd is not None:
                signal.pidfd_send_signal(self.pidfd, number)
                return True
            if self.pid and not self.ended.is_set():
                os.kill(self.pid, number)
                return True
        return False

    def _stop_tree(self) -> None:
        """Stop all descendants; again while new ones appear, because the first pass races."""
        seen: set[int] = set()
        for _ in range(20):
            fresh = set(tree.descendants(self.pid)) - seen
            if not fresh:
                return
            tree.signal_all(list(fresh), signal.SIGSTOP)
            seen |= fresh

    async def _remove(self) -> None:
        self.kill()
        if not self.namespaced and self.pid and not self.ended.is_set():
            await asyncio.to_thread(tree.kill_descendants, self.pid, _END_SECONDS)
        try:
            async with asyncio.timeout(_END_SECONDS):
                await self.ended.wait()
        except TimeoutError:
            self._signal_keeper(signal.SIGKILL)
        if self.group is not None:
            await self._remove_group(self.group)
        self.channel.close()
        for descriptor in (self.stdout, self.stderr, self.pidfd):
            if descriptor is not None and descriptor >= 0:
                os.close(descriptor)
        if self.scratch is not None:
            await asyncio.to_thread(shutil.rmtree, self.scratch, True)
        self.release()

    async def _remove_group(self, group: SandboxGroup) -> None:
        if self.suspended:
            group.thaw()
        # Without namespaces a function may have been able to change the group itself.
        if self.namespaced and self.ended.is_set() and self.recycle(group):
            return
        for _ in range(_REMOVE_ROUNDS):
            if group.try_remove():
                return
            group.kill()
            await asyncio.sleep(0.005)


def _pid_of(pidfd: int) -> int:
    """The process id in our own namespace; 0 where the kernel does not say."""
    with contextlib.suppress(OSError), open(f"/proc/self/fdinfo/{pidfd}") as file:
        for line in file:
            if line.startswith("Pid:"):
                return max(0, int(line.split()[1]))
    return 0

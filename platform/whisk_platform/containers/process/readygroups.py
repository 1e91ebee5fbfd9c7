"""Control groups that wait for a sandbox: made in quiet moments, used again when proven empty.

Making and removing them costs a millisecond where every controller has a hierarchy of its own,
which is too much on the way to a container.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import deque

from whisk_platform.host.cgroups import CgroupBase, SandboxGroup

_FEWEST = 4
"""So many are made ahead."""
_MOST = 32
"""No more are kept for use again."""
_QUIET_SECONDS = 0.02
"""After a take: the sandbox that needs the group goes first."""
_LEFT_BYTES = 16 << 20
"""A group to which the kernel still charges more than this is not used again."""


class ReadyGroups:
    """The control groups of one factory's sandboxes."""

    def __init__(self, base: CgroupBase, *, pids: int, memory_mb: int) -> None:
        """Make nothing yet.

        Args:
            base: under which the groups are made.
            pids: processes and threads of each sandbox.
            memory_mb: the limit that groups are prepared with.
        """
        self.base = base
        self._pids = pids
        self._memory_mb = memory_mb
        self._ready: deque[SandboxGroup] = deque()
        self._numbers = itertools.count(1)
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    def __len__(self) -> int:
        return len(self._ready)

    def take(self, memory_mb: int) -> SandboxGroup:
        """A group with this limit and nobody in it.

        Raises:
            OSError: the kernel refuses.
        """
        group = self._ready.popleft() if self._ready else self._make()
        try:
            group.limit_memory(memory_mb)
        except OSError:
            group.try_remove()
            raise
        self._refill_soon()
        return group

    def give_back(self, group: SandboxGroup) -> bool:
        """Keep the group of a sandbox that has ended, if it is as good as new.

        Returns:
            Whether it was kept; otherwise the caller removes it.
        """
        if self._closed or len(self._ready) >= _MOST or not group.is_bare(_LEFT_BYTES):
            return False
        group.oom_kills_seen = group.oom_kills()
        self._ready.append(group)
        return True

    def close(self) -> None:
        """Make and keep no more; whoever removes the base removes what waits."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()

    def _make(self) -> SandboxGroup:
        group = self.base.make(f"{next(self._numbers):06x}")
        try:
            group.limit_pids(self._pids)
            group.limit_memory(self._memory_mb)
        except OSError:
            group.try_remove()
            raise
        return group

    def _refill_soon(self) -> None:
        if self._timer is None and not self._closed and len(self._ready) < _FEWEST:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(_QUIET_SECONDS, self._refill)

    def _refill(self) -> None:
        """Make one, so that the loop is never held for long; more in the next quiet moment."""
        self._timer = None
        with contextlib.suppress(OSError):  # whoever takes one will hear of it
            self._ready.append(self._make())
            self._refill_soon()

"""A supervisor of side tasks: each is named, held until it ends, and watched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from whisk_platform.common.errors import UnavailableError

FailureHandler: TypeAlias = Callable[[str, BaseException], None]
"""Told the task's name and what it raised; must not raise."""

DEFAULT_BOUND = 100_000


class Supervisor:
    """Holds the side tasks of one program or part."""

    def __init__(
        self, name: str, on_failure: FailureHandler, *, bound: int = DEFAULT_BOUND
    ) -> None:
        self._name = name
        self._on_failure = on_failure
        self._bound = bound
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False
        self._held = 0
        self._let_go: asyncio.Future[None] | None = None
        """Set by who waits for what is held."""

    def __repr__(self) -> str:
        return f"<Supervisor {self._name}: {len(self._tasks)} tasks>"

    def __len__(self) -> int:
        return len(self._tasks)

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run ``work`` beside everything else.

        Args:
            work: what to run; an exception it raises goes to the failure handler.
            name: of the task, for people.

        Returns:
            The task, already held.

        Raises:
            UnavailableError: the supervisor is closed, or holds as many tasks as it may.
        """
        if self._closed or len(self._tasks) >= self._bound:
            work.close()
            raise UnavailableError
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        task = self._loop.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def hold(self) -> None:
        """Count something under way that is no task, because it is called back."""
        self._held += 1

    def let_go(self) -> None:
        """Take note that something held has ended."""
        self._held -= 1
        if not self._held and self._let_go is not None and not self._let_go.done():
            self._let_go.set_result(None)

    async def wait(self, timeout_s: float) -> bool:
        """Wait until no task is left and nothing is held, new ones included.

        Returns:
            False when the time was over first.
        """
        try:
            async with asyncio.timeout(timeout_s):
                while self._tasks or self._held:
                    if self._tasks:
                        await asyncio.wait(tuple(self._tasks))
                    else:
                        self._let_go = asyncio.get_running_loop().create_future()
                        await self._let_go
        except TimeoutError:
            return False
        return True

    async def close(self, timeout_s: float = 0.0) -> None:
        """Take nothing more, wait for the tasks, then cancel those that are left.

        Args:
            timeout_s: how long the tasks may go on.
        """
        if timeout_s > 0:
            await self.wait(timeout_s)
        self._closed = True
        left = tuple(self._tasks)
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            self._on_failure(task.get_name(), error)

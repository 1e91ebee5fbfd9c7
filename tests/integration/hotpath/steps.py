"""Steps of the event loop that take the processor for too long.

Measured in processor time of the loop's own thread, so that a busy machine makes none too long.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

LONGEST_S = 0.005


@contextmanager
def long_steps(longest_s: float = LONGEST_S) -> Iterator[list[tuple[float, str]]]:
    """Collect what the loop calls in one go for longer than that.

    Yields:
        Seconds and what was called, filled while the context lasts.
    """
    found: list[tuple[float, str]] = []
    handles: Any = asyncio.Handle
    plain = handles._run

    def measured(handle: asyncio.Handle) -> None:
        begin = time.thread_time()
        plain(handle)
        took = time.thread_time() - begin
        if took > longest_s:
            found.append((took, _place(handle)))

    handles._run = measured
    try:
        yield found
    finally:
        handles._run = plain


def _place(handle: asyncio.Handle) -> str:
    """What was called; of a task, where it has come to."""
    task = getattr(handle._callback, "__self__", None)  # type: ignore[attr-defined]
    if not isinstance(task, asyncio.Task):
        return repr(handle)
    calls: list[str] = []
    coroutine: Any = task.get_coro()
    while frame := getattr(coroutine, "cr_frame", None):
        calls.append(f"{frame.f_code.co_qualname}:{frame.f_lineno}")
        coroutine = coroutine.cr_await
    return f"{task.get_name()}: {' > '.join(calls[-4:])}"

"""Steps of the event loop that take the processor for too long.

Measured in processor time of the loop's own thread, so that a busy machine makes none too long.
What the machine itself adds now and then, as when it has to find a hundred pages at once, does not
come at the same place each time: what is to be found is what comes back.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

LONGEST_S = 0.005


class Step(NamedTuple):
    """What the loop called in one go."""

    took_s: float
    """Processor time."""
    place: str
    """Where in the code it ended; the same for each call of the same code."""


@contextmanager
def long_steps(longest_s: float = LONGEST_S) -> Iterator[list[Step]]:
    """Collect what the loop calls in one go for longer than that.

    Yields:
        The steps, filled while the context lasts.
    """
    found: list[Step] = []
    handles: Any = asyncio.Handle
    plain = handles._run

    def measured(handle: asyncio.Handle) -> None:
        begin = time.thread_time()
        plain(handle)
        took = time.thread_time() - begin
        if took > longest_s:
            found.append(Step(took, _place(handle)))

    handles._run = measured
    try:
        yield found
    finally:
        handles._run = plain


def lasting(rounds: Sequence[Sequence[Step]]) -> list[Step]:
    """The steps that were too long in more than half of the rounds, each with its shortest time.

    Args:
        rounds: what ``long_steps`` found while the same was done again and again.
    """
    counted = Counter(place for steps in rounds for place in {step.place for step in steps})
    places = [place for place, count in counted.items() if 2 * count > len(rounds)]
    return [
        Step(min(s.took_s for steps in rounds for s in steps if s.place == place), place)
        for place in places
    ]


def _place(handle: asyncio.Handle) -> str:
    """What was called; of a task, where it has come to."""
    callback: Any = handle._callback  # type: ignore[attr-defined]
    task = getattr(callback, "__self__", None)
    if not isinstance(task, asyncio.Task):
        called = getattr(callback, "func", callback)
        return f"{getattr(called, '__module__', '')}.{getattr(called, '__qualname__', called)}"
    coroutine: Any = task.get_coro()
    first = coroutine
    calls: list[str] = []
    while frame := getattr(coroutine, "cr_frame", None):
        calls.append(f"{frame.f_code.co_qualname}:{frame.f_lineno}")
        coroutine = coroutine.cr_await
    return " > ".join(calls[-4:]) or f"{first.__qualname__}: its end"

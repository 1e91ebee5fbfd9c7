"""Waiting on a condition with a deadline: the one place where tests let time pass."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar, overload

Answer = TypeVar("Answer")

DEADLINE_S = 20.0
"""Long enough for a loaded two-core machine; a test that gets there has failed."""


def wait_for(
    condition: Callable[[], Answer | None], what: str, deadline_s: float = DEADLINE_S
) -> Answer:
    """Call the condition until it is true, and return what it returned.

    Args:
        condition: Called again and again; any true value ends the wait.
        what: What is waited for, for the failure's sentence.
        deadline_s: Seconds after which the test fails.
    """
    end = time.monotonic() + deadline_s
    pause = 0.001
    while not (answer := condition()):
        assert time.monotonic() < end, f"waited {deadline_s:g} s in vain for {what}"
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
    return answer


@overload
async def eventually(
    condition: Callable[[], Awaitable[Answer | None]], what: str, deadline_s: float = DEADLINE_S
) -> Answer: ...


@overload
async def eventually(
    condition: Callable[[], Answer | None], what: str, deadline_s: float = DEADLINE_S
) -> Answer: ...


async def eventually(
    condition: Callable[[], Answer | Awaitable[Answer | None] | None],
    what: str,
    deadline_s: float = DEADLINE_S,
) -> Answer:
    """Do as :func:`wait_for` without holding up the event loop; the condition may be awaitable."""
    end = time.monotonic() + deadline_s
    pause = 0.001
    while True:
        answer = condition()
        if isinstance(answer, Awaitable):
            answer = await answer
        if answer:
            return answer
        assert time.monotonic() < end, f"waited {deadline_s:g} s in vain for {what}"
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 0.1)

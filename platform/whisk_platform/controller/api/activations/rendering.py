"""Rendering: records become JSON, large ones outside the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from whisk_platform.controller.answer import Answer
from whisk_platform.entities.activation import Activation
from whisk_platform.entities.printed import characters

ON_LOOP_BYTES = 64 << 10


async def rendered(records: Sequence[Activation], render: Callable[[], Answer]) -> Answer:
    """Call ``render``, in a thread when the records are large.

    Args:
        records: what will be rendered; their results and logs are what takes the time.
        render: makes the answer.
    """
    if sum(map(_size, records)) <= ON_LOOP_BYTES:
        return render()
    return await asyncio.to_thread(render)


def _size(record: Activation) -> int:
    return memoryview(record.response.result).nbytes + characters(record.logs)

"""The log of an ended activation: read after the answer, completed with what users must know.

Source: contracts rest-api §8.3.
"""

from __future__ import annotations

from collections.abc import Sequence

from whisk_platform.entities.activation import StatusCode
from whisk_platform.entities.printed import Printed, format_time
from whisk_platform.invoker import texts
from whisk_platform.spi.containers import CollectedLogs


def lines(
    collected: CollectedLogs, status: StatusCode, limit_bytes: int, now_ms: int
) -> Sequence[str]:
    """The lines of the record: what was printed, then the platform's own sentences.

    Args:
        collected: what the container printed.
        status: how the activation ended.
        limit_bytes: the action's log limit; 0 = nothing was collected and nothing is said.
        now_ms: milliseconds since the epoch.
    """
    if limit_bytes == 0:
        return ()
    notes: list[str] = []
    developer_error = status is StatusCode.DEVELOPER_ERROR
    if not collected.complete and not developer_error:
        notes.append(texts.LOGS_INCOMPLETE)
    if collected.truncated:
        notes.append(texts.logs_truncated(limit_bytes))
    if developer_error:
        notes.append(texts.LOGS_OF_FAILURE)
    if not notes:
        return collected.lines
    printed = collected.lines
    if isinstance(printed, Printed):
        stamp = now_ms * 1_000_000
        return Printed((*printed.blocks, *((stamp, "stderr", note.encode()) for note in notes)))
    return (*printed, *(f"{timestamp(now_ms)} stderr: {note}" for note in notes))


def timestamp(now_ms: int) -> str:
    """RFC 3339 with nanoseconds, 30 characters, as the runtime's own lines have it."""
    return format_time(now_ms * 1_000_000)

"""The log of an ended activation: read after the answer, completed with what users must know.

Source: contracts rest-api §8.3.
"""

from __future__ import annotations

from datetime import UTC, datetime

from whisk_platform.entities.activation import StatusCode
from whisk_platform.invoker import texts
from whisk_platform.spi.containers import CollectedLogs

TIMESTAMP_LENGTH = 30


def lines(
    collected: CollectedLogs, status: StatusCode, limit_bytes: int, now_ms: int
) -> tuple[str, ...]:
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
    return (*collected.lines, *(f"{timestamp(now_ms)} stderr: {note}" for note in notes))


def timestamp(now_ms: int) -> str:
    """RFC 3339 with nanoseconds, 30 characters, as the runtime's own lines have it."""
    seconds, milliseconds = divmod(now_ms, 1000)
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds:03d}000000Z".ljust(TIMESTAMP_LENGTH)

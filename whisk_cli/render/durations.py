"""Durations and times as the activation list shows them.

**Source**: contracts/cli.md §3.6, §9.2.
"""

from __future__ import annotations

import time

_SECOND, _MINUTE, _HOUR = 1000, 60_000, 3_600_000


def duration(milliseconds: int) -> str:
    """Write a duration: ``0s``, ``123ms``, ``1.234s``, ``1m0.5s``, ``1h2m3s``."""
    if milliseconds < 0:
        return f"-{duration(-milliseconds)}"
    if milliseconds == 0:
        return "0s"
    if milliseconds < _SECOND:
        return f"{milliseconds}ms"
    hours, rest = divmod(milliseconds, _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    seconds = f"{rest // _SECOND}.{rest % _SECOND:03}".rstrip("0").rstrip(".") + "s"
    if hours:
        return f"{hours}h{minutes}m{seconds}"
    return f"{minutes}m{seconds}" if minutes else seconds


def local_time(milliseconds: int) -> str:
    """Write a point in time as ``YYYY-MM-DD HH:MM:SS`` in the local time zone.

    Args:
        milliseconds: Since the epoch.
    """
    moment = _local(milliseconds)
    return (
        f"{moment.tm_year}-{moment.tm_mon:02}-{moment.tm_mday:02} "
        f"{moment.tm_hour:02}:{moment.tm_min:02}:{moment.tm_sec:02}"
    )


def local_time_with_zone(milliseconds: int) -> str:
    """Write a point in time as ``YYYY-MM-DD HH:MM:SS +HHMM ZONE`` in the local time zone.

    Args:
        milliseconds: Since the epoch.
    """
    return f"{local_time(milliseconds)} {time.strftime('%z %Z', _local(milliseconds))}"


def _local(milliseconds: int) -> time.struct_time:
    try:
        return time.localtime(milliseconds // 1000)
    except (OverflowError, OSError, ValueError):
        return time.localtime(0)

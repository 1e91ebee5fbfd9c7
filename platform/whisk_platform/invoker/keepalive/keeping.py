"""Containers that a namespace has reserved: kept longer than the policy would, up to a number.

Source: contracts rest-api §6.1 (``warmedContainerKeepingCount``, ``…Timeout``).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from whisk_platform.entities.limits import NamespaceLimits

STANDARD_S = 3600.0
"""Where only the number is set: the reference's hour."""

_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)[\s.]*([a-zA-Zµ]*)\s*")
_SECONDS = {
    **dict.fromkeys(("ms", "milli", "millis", "millisecond", "milliseconds"), 0.001),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86_400.0),
}


class Keeping(NamedTuple):
    """So many containers of an action stay for so long."""

    containers: int
    timeout_s: float


def keeping_of(limits: NamespaceLimits) -> Keeping | None:
    """What a namespace has reserved for each of its actions; None = nothing."""
    count = limits.warmed_container_keeping_count
    text = limits.warmed_container_keeping_timeout
    if count is None and text is None:
        return None
    timeout_s = STANDARD_S if text is None else seconds_of(text)
    if timeout_s is None:
        return None
    return Keeping(1 if count is None else count, timeout_s)


def seconds_of(text: str) -> float | None:
    """Read ``"10 minutes"``, ``"60.minutes"`` or ``"1h"``; None = it is no duration."""
    match = _DURATION.fullmatch(text)
    factor = _SECONDS.get(match[2].lower()) if match else None
    return None if match is None or factor is None else float(match[1]) * factor

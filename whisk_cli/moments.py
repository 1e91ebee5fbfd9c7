"""Points in time as people type them: ``10m`` ago, a date, or milliseconds since the epoch."""

from __future__ import annotations

import re
import time
from datetime import datetime

from whisk_cli.argv import flag_error

_AGO = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)", re.ASCII)
_UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_EPOCH = re.compile(r"[+-]?\d{1,18}", re.ASCII)


def milliseconds(text: str, flag: str) -> int:
    """Read a point in time.

    Args:
        text: A number of milliseconds since the epoch; or how long ago, as in ``90s``, ``10m``,
            ``2h`` or ``1.5d``; or a date, perhaps with a time, in ISO 8601 (local unless it says
            otherwise). Empty for none.
        flag: The flag it was given with, for the error.

    Returns:
        Milliseconds since the epoch; 0 for none.

    Raises:
        CliError: It is none of these: exit 1.
    """
    if not text:
        return 0
    if _EPOCH.fullmatch(text):
        return int(text)
    ago = _AGO.fullmatch(text)
    if ago:
        return int(time.time() * 1000 - float(ago[1]) * _UNITS[ago[2]])
    try:
        return int(datetime.fromisoformat(text).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        raise flag_error(
            f'invalid argument "{text}" for "{flag}" flag: use milliseconds since the epoch, '
            "how long ago (10m, 2h, 1d), or a date such as 2030-01-31T12:00"
        ) from None


def seconds(text: str, flag: str) -> float:
    """Read how long something may take.

    Args:
        text: A number of seconds, or a number with a unit, as in ``90s``, ``10m`` or ``1.5h``.
        flag: The flag it was given with, for the error.

    Returns:
        Seconds.

    Raises:
        CliError: It is neither: exit 1.
    """
    found = _AGO.fullmatch(text if text[-1:].isalpha() else f"{text}s")
    if found is None:
        raise flag_error(
            f'invalid argument "{text}" for "{flag}" flag: use seconds, or a time such as 90s or 5m'
        )
    return float(found[1]) * _UNITS[found[2]] / 1000

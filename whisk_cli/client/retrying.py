"""When a request is sent again by itself: only where that cannot do anything twice.

A request that could not be sent at all is repeated whatever it is; one that was sent only if it
reads. Each pause is chosen by chance, up to twice as long as the one before, so that many clients
do not come back together. Loaded only once something has gone wrong.
"""

from __future__ import annotations

import http.client
import random

from whisk_cli.client.http import Response
from whisk_cli.errors import NetworkError

MOST_REPEATS = 3
"""How often a request is sent again."""

_FIRST_S, _REFUSED_FIRST_S, _LONGEST_S = 0.2, 0.05, 5.0
_READING = frozenset({"GET", "HEAD"})
_PASSING = frozenset({429, 502, 503, 504})
"""Statuses that say: not now."""

_CUT = (ConnectionResetError, BrokenPipeError, http.client.RemoteDisconnected,
        http.client.IncompleteRead)  # fmt: skip


def after_error(method: str, repeats: int, problem: NetworkError) -> float | None:
    """Choose the pause after a request without an answer.

    Args:
        method: The HTTP method.
        repeats: How often it was sent again already.
        problem: Why there was none.

    Returns:
        Seconds; ``None`` if it must not be sent again.
    """
    if repeats >= MOST_REPEATS:
        return None
    cause = problem.__cause__
    if isinstance(cause, ConnectionRefusedError):
        return _jittered(_REFUSED_FIRST_S, repeats)
    if method in _READING and isinstance(cause, _CUT):
        return _jittered(_FIRST_S, repeats)
    return None


def after_answer(method: str, repeats: int, response: Response) -> float | None:
    """Choose the pause after an answer.

    Args:
        method: The HTTP method.
        repeats: How often it was sent again already.
        response: The answer; if it names a pause that is not too long, that one is chosen.

    Returns:
        Seconds; ``None`` if the answer stands.
    """
    if repeats >= MOST_REPEATS or method not in _READING or response.status not in _PASSING:
        return None
    named = response.headers.get("retry-after", "")
    if named.isascii() and named.isdigit():
        return float(named) if int(named) <= _LONGEST_S else None
    return _jittered(_FIRST_S, repeats)


def _jittered(first: float, repeats: int) -> float:
    longest = min(first * 2**repeats, _LONGEST_S)
    # Not a matter of security; no two clients need to be unpredictable, only different.
    return random.uniform(longest / 2, longest)

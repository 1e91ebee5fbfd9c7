"""Waiting for an activation whose blocking call ended before it did.

**Source**: contracts/cli.md §7-1, §7-14.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from whisk_cli.client import activations
from whisk_cli.client.api import Client
from whisk_cli.errors import ServerError
from whisk_cli.jsonvalue import JSONObject

_NOT_FOUND = 404
_FIRST_PAUSE_S, _LONGEST_PAUSE_S, _GROWTH = 0.1, 2.0, 1.5


def until_recorded(
    client: Client, activation_id: str, *, limit_s: float, tick: Callable[[float], None]
) -> JSONObject | None:
    """Ask for a record until it is there.

    Args:
        client: The client.
        activation_id: The activation.
        limit_s: How many seconds to wait at most; 0 for as long as it takes.
        tick: Called before each pause with the seconds that have passed.

    Returns:
        The record; ``None`` if it was not there in time.

    Raises:
        ServerError: The server refused for another reason than that there is no record.
    """
    begun, pause = time.monotonic(), _FIRST_PAUSE_S
    while True:
        try:
            return activations.get(client, activation_id)
        except ServerError as problem:
            if problem.status != _NOT_FOUND:
                raise
        waited = time.monotonic() - begun
        if limit_s and waited >= limit_s:
            return None
        tick(waited)
        time.sleep(min(pause, limit_s - waited) if limit_s else pause)
        pause = min(pause * _GROWTH, _LONGEST_PAUSE_S)

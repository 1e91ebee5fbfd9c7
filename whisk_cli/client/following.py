"""Following activations by polling: which are new, and when to ask again. No I/O here.

Activations are told apart by id, and every question overlaps the one before by the longest time an
action may run, so that one which started early and ended late is not missed.

**Source**: contracts/cli.md §3.7, §7-3; rest-api.md §2.6.5.
"""

from __future__ import annotations

from collections.abc import Iterable

from whisk_cli.jsonvalue import JSONObject, integer_of, text_of

OVERLAP_MS = 310_000
"""The longest run of an action (five minutes) and some time for its record to be written."""

SLOWEST_SECONDS = 30.0
"""The longest pause between two questions while the server does not answer."""


class Follower:
    """Remembers which activations were reported.

    Args:
        since_ms: Activations that started earlier are of no interest, epoch milliseconds.
    """

    def __init__(self, since_ms: int) -> None:
        self._floor = since_ms
        self._newest = since_ms
        self._reported: dict[str, int] = {}

    @property
    def since_ms(self) -> int:
        """The start time to ask from, epoch milliseconds."""
        return max(self._floor, self._newest - OVERLAP_MS)

    def known(self, activations: Iterable[JSONObject]) -> None:
        """Take note of activations that need no report."""
        for each in activations:
            start = integer_of(each.get("start"))
            self._reported[text_of(each.get("activationId"))] = start
            self._newest = max(self._newest, start)

    def fresh(self, activations: Iterable[JSONObject]) -> list[JSONObject]:
        """Pick the activations that were not reported yet, and take note of them.

        Args:
            activations: Whole records, in the server's order.
        """
        new: list[JSONObject] = []
        for each in activations:
            if text_of(each.get("activationId")) not in self._reported:
                self.known([each])
                new.append(each)
        floor = self.since_ms
        # Older ones cannot be listed again: the questions begin at the floor.
        self._reported = {name: at for name, at in self._reported.items() if at >= floor}
        return new


def pause_after(failures: int, interval: float) -> float:
    """Choose the pause before the next question.

    Args:
        failures: How many questions in a row were not answered.
        interval: The pause while all goes well, in seconds.

    Returns:
        The interval, doubled for each failure, at most :data:`SLOWEST_SECONDS` unless the
        interval itself is longer.
    """
    slowed: float = interval * 2.0 ** min(failures, 16)
    return min(slowed, max(interval, SLOWEST_SECONDS))

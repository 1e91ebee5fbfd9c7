"""The policy ``fixed``: the same time for all; the least recently used goes first.

Source: contracts data-plane §4.2 step 4, §4.4 (the reference's ten minutes).
"""

from __future__ import annotations

from collections import OrderedDict

from whisk_platform.invoker.lanes import Lane
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.invoker.slot import Slot


def provide(settings: InvokerSettings) -> Fixed:
    """Make the policy."""
    return Fixed(settings.keep_alive_s)


class Fixed:
    """Looks at nothing but the last use."""

    def __init__(self, keep_alive_s: float) -> None:
        self._keep_alive_s = keep_alive_s
        self._row: OrderedDict[Slot, None] = OrderedDict()

    def idle(self, slot: Slot, lane: Lane, now: float) -> None:
        """Put a container at the end of the row."""
        self._row[slot] = None

    def gone(self, slot: Slot) -> None:
        """Take a container out of the row."""
        self._row.pop(slot, None)

    def victim(self, now: float) -> Slot | None:
        """The one that was used last the longest ago."""
        return next(iter(self._row), None)

    def keep_s(self, slot: Slot, lane: Lane) -> float:
        """The time that was set."""
        return self._keep_alive_s

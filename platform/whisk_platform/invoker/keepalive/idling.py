"""The idle containers of a pool: their memory, whose turn it is to go, and when to look next.

The policy decides about initialized ones. Stem cells are no action's: they go before them, the one
that has waited longest first, and after ``keep_alive_s`` anyway.
"""

from __future__ import annotations

from collections import OrderedDict
from heapq import heapify, heappop, heappush

from whisk_platform.invoker.keepalive.policy import KeepAlive
from whisk_platform.invoker.lanes import Lane
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.invoker.slot import Slot
from whisk_platform.spi.loader import load

LEFT_OVER = 1_000
"""Checks of containers that are gone already, until they are cleared away."""


class Idling:
    """Idle containers, with and without an action."""

    def __init__(self, settings: InvokerSettings) -> None:
        """Begin with none.

        Raises:
            SettingsError: there is no such policy.
        """
        self._policy: KeepAlive = load("keepalive", settings.keep_alive)(settings)
        self._keep_alive_s = settings.keep_alive_s
        self._lanes: dict[Slot, Lane | None] = {}
        self._stems: OrderedDict[Slot, None] = OrderedDict()
        self._checks: list[tuple[float, int, Slot]] = []
        self.memory_mb = 0
        """Of all of them together."""

    def __len__(self) -> int:
        return len(self._lanes)

    def __contains__(self, slot: Slot) -> bool:
        return slot in self._lanes

    def add(self, slot: Slot, lane: Lane | None, now: float) -> None:
        """Note that a container has become idle; ``lane`` None = a stem cell."""
        self._lanes[slot] = lane
        self.memory_mb += slot.memory_mb
        if lane is None:
            self._stems[slot] = None
        else:
            self._policy.idle(slot, lane, now)
        if not slot.checked:
            self._check(slot, now + self._keep_alive_s)

    def discard(self, slot: Slot) -> None:
        """Note that it is not idle anymore; no effect if it was not."""
        if slot not in self._lanes:
            return
        self.memory_mb -= slot.memory_mb
        if self._lanes.pop(slot) is None:
            del self._stems[slot]
        else:
            self._policy.gone(slot)

    def victim(self, now: float) -> Slot:
        """Who goes when memory is needed; there must be an idle container."""
        stem = next(iter(self._stems), None)
        found = self._policy.victim(now) if stem is None else stem
        assert found is not None
        return found

    def next_check(self) -> float | None:
        """When ``expired`` has something to look at; None while nothing is idle."""
        self._clear()
        return self._checks[0][0] if self._lanes and self._checks else None

    def expired(self, now: float) -> Slot | None:
        """A container that has been idle for too long; None if there is none."""
        while self._checks and self._checks[0][0] <= now:
            slot = heappop(self._checks)[2]
            slot.checked = False
            if slot not in self._lanes:
                continue
            due = slot.last_used + self._keep_s(slot)
            if due <= now:
                return slot
            # Looked at again in between, because what is known of its action may change.
            self._check(slot, min(due, max(now, slot.last_used) + self._keep_alive_s))
        return None

    def _keep_s(self, slot: Slot) -> float:
        lane = self._lanes[slot]
        if lane is None:
            return self._keep_alive_s
        keep_s = max(self._keep_alive_s, self._policy.keep_s(slot, lane))
        keeping = lane.keeping
        if keeping is not None and lane.containers <= keeping.containers:
            return max(keep_s, keeping.timeout_s)
        return keep_s

    def _check(self, slot: Slot, due: float) -> None:
        slot.checked = True
        heappush(self._checks, (due, slot.number, slot))

    def _clear(self) -> None:
        """Forget checks of containers that are gone, once they are more than the others."""
        if len(self._checks) <= 2 * len(self._lanes) + LEFT_OVER:
            return
        kept = [check for check in self._checks if check[2] in self._lanes]
        for _, _, slot in self._checks:
            slot.checked = slot in self._lanes
        heapify(kept)
        self._checks = kept

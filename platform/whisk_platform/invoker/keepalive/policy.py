"""The port of keep-alive policies.

A policy sees every container that becomes idle, is taken or goes, and answers two questions. It
decides by what the pool tells it, never by a clock of its own, and in steps whose number does not
depend on how many containers there are. Provider: ``(InvokerSettings) -> KeepAlive``, found by name
through ``spi.loader``.

Source: contracts data-plane §11.7.
"""

from __future__ import annotations

from typing import Protocol

from whisk_platform.invoker.lanes import Lane
from whisk_platform.invoker.slot import Slot


class KeepAlive(Protocol):
    """Decides about initialized containers that are idle."""

    def idle(self, slot: Slot, lane: Lane, now: float) -> None:
        """A container has become idle; ``slot.last_used`` is ``now``.

        Args:
            slot: the container.
            lane: its action, with its past.
            now: monotonic seconds.
        """

    def gone(self, slot: Slot) -> None:
        """An idle container was taken for work, or removed; no effect if it was not idle."""

    def victim(self, now: float) -> Slot | None:
        """The idle container that is to go because memory is needed; None = there is none.

        Whoever is named must go or be named again: every idle container must have its turn in the
        end if memory is asked for again and again.
        """

    def keep_s(self, slot: Slot, lane: Lane) -> float:
        """How many seconds an idle container stays while nobody needs its memory.

        The pool never keeps it for less than ``keep_alive_s``.
        """

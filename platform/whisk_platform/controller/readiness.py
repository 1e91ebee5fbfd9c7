"""Readiness: whether this controller can serve, and if not, why.

Source: design.md §5, Operators.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from whisk_platform.common.clock import Clock
from whisk_platform.common.errors import WhiskError
from whisk_platform.controller.admission import Admission

FRESH_S = 1.0
"""How long an answer of the store counts: anybody may ask, and each answer costs a write."""
PATIENCE_S = 3.0
"""How long a store may take to prove that it can write."""

Probe = Callable[[], Awaitable[None]]
"""Writes something durably, or raises."""


class Readiness:
    """Knows what stands in the way of serving."""

    def __init__(self, probe: Probe, admission: Admission, clock: Clock) -> None:
        """Look at nothing yet.

        Args:
            probe: the store's ``check_writable``.
            admission: of this controller.
            clock: for the age of what is known of the store.
        """
        self._probe = probe
        self._admission = admission
        self._clock = clock
        self._probing: asyncio.Task[str] | None = None
        self._known = ""
        self._known_until = 0.0

    async def reasons(self) -> list[str]:
        """One sentence for each thing that stands in the way; empty when ready."""
        found = [
            "This controller is being drained." if not self._admission.enabled else "",
            "No invoker takes work." if not self._admission.any_up() else "",
            await self._store(),
        ]
        return [reason for reason in found if reason]

    async def _store(self) -> str:
        """What is wrong with the store; however many ask, it is probed once at a time."""
        if self._known_until > self._clock.monotonic():
            return self._known
        if self._probing is None or self._probing.done():
            self._probing = asyncio.create_task(self._ask(), name="readiness probe")
        return await asyncio.shield(self._probing)

    async def _ask(self) -> str:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._probe()
        except TimeoutError:
            reason = f"The store has not taken a write within {PATIENCE_S:.0f} seconds."
        except WhiskError as error:
            reason = f"The store takes no writes: {error.message}"
        else:
            reason = ""
        self._known, self._known_until = reason, self._clock.monotonic() + FRESH_S
        return reason

"""A slot's real container, with what is still to be done for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from whisk_platform.spi.containers import Container


@dataclass(slots=True, eq=False)
class Place:
    """A slot's real container."""

    container: Container
    debt: int = 0
    """Activations that have ended and whose logs are still to be read."""
    settled: asyncio.Future[None] | None = None
    """Set by who waits for the debt to be paid."""
    suspending: asyncio.Task[None] | None = None
    suspended: bool = False

    @property
    def still(self) -> bool:
        """Whether it stands still, or is about to."""
        return self.suspended or self.suspending is not None

    def paid(self) -> None:
        """Take note that the log of one activation has been read."""
        self.debt -= 1
        if not self.debt and self.settled is not None and not self.settled.done():
            self.settled.set_result(None)

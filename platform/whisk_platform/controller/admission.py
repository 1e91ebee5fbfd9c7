"""Admission: whether new work may come at all, whoever asks for it.

Throttles and rights come later; this is about the deployment, not about the caller.
Source: contracts rest-api §1.1 (``/disable``), data-plane §1.2 step 10.
"""

from __future__ import annotations

from collections.abc import Mapping

from whisk_platform.common.errors import UnavailableError
from whisk_platform.spi.operations import InvokerOperations, InvokerState


class Admission:
    """The door of one controller."""

    def __init__(self, invokers: Mapping[str, InvokerOperations]) -> None:
        """Open the door.

        Args:
            invokers: by name.
        """
        self._invokers = invokers
        self.enabled = True
        """False once an operator has drained this controller."""

    def check(self) -> None:
        """Verify that an invocation may begin.

        The steps of sequences and compositions that have begun do not come this way, so that they
        end as if nothing had happened.

        Raises:
            UnavailableError: this controller is being drained, or no invoker takes work.
        """
        self.check_enabled()
        self.check_invokers()

    def check_enabled(self) -> None:
        """Verify that this controller takes new work.

        Raises:
            UnavailableError: it is being drained.
        """
        if not self.enabled:
            raise UnavailableError

    def check_invokers(self) -> None:
        """Verify that somebody would run what begins now.

        Raises:
            UnavailableError: no invoker takes work.
        """
        if not self.any_up():
            raise UnavailableError

    def any_up(self) -> bool:
        """Whether an invoker takes work."""
        # No generator: this runs once for each call.
        for invoker in self._invokers.values():  # noqa: SIM110
            if invoker.state is InvokerState.UP:
                return True
        return False

"""The tally: what an invoker has done since it started, as plain numbers.

One call for each activation that has ended; everything else is worked out when somebody asks.
"""

from __future__ import annotations

from whisk_platform.common.metrics import SIZE_BOUNDS, Histogram
from whisk_platform.entities.activation import StatusCode
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.invoker.prepared import PreparedAction
from whisk_platform.invoker.record import Course

SERIES = 1_000
"""Actions that are told apart; those beyond are counted together."""
OTHERS = ("", "")


class ActionTally:
    """What one action has done for one namespace."""

    __slots__ = ("cold", "duration", "init", "kind", "memory_mb", "size", "statuses", "wait")

    def __init__(self, kind: str, memory_mb: int) -> None:
        self.kind = kind
        self.memory_mb = memory_mb
        self.cold = 0
        self.statuses = [0] * len(StatusCode)
        self.wait = Histogram()
        self.init = Histogram()
        self.duration = Histogram()
        self.size = Histogram(SIZE_BOUNDS)


class Tally:
    """What one invoker has done."""

    def __init__(self) -> None:
        self.received = 0
        """Messages taken over."""
        self.cold = self.prewarmed = self.warmed = 0
        """Runs in a new container, in a stem cell, in a container that had run the action."""
        self.rescheduled = 0
        """Activations that a container turned away."""
        self.collected = self.not_collected = 0
        """Logs that were read to their end, and those that were not."""
        self.run = Histogram()
        """Milliseconds in ``/run``."""
        self.of_action: dict[tuple[str, str], ActionTally] = {}
        """By namespace that invoked and ``/ns/[pkg/]name``."""

    def ran(self, course: Course) -> None:
        """Count an activation that has been in a container; ``ended`` counts it too."""
        failed_init = (
            course.init_ms is not None and not course.run_ms and not course.response.success
        )
        if not failed_init:
            self.run.observe(course.run_ms)

    def ended(
        self, message: ActivationMessage, prepared: PreparedAction | None, course: Course
    ) -> None:
        """Count an activation that has ended, whether it has ever been in a container or not."""
        if prepared is None:
            return
        key = (message.user.namespace, prepared.name)
        found = self.of_action.get(key) or self._open(key, prepared)
        duration_ms = course.run_ms
        if course.init_ms is not None:
            found.cold += 1
            found.init.observe(course.init_ms)
            duration_ms += course.init_ms
        found.duration.observe(duration_ms)
        found.wait.observe(max(0, course.start_ms - message.received_ms))
        found.statuses[course.response.status_code] += 1
        size = course.response.size
        if size is not None:
            found.size.observe(size)

    def _open(self, key: tuple[str, str], prepared: PreparedAction) -> ActionTally:
        if len(self.of_action) < SERIES:
            made = ActionTally(prepared.executable.kind, prepared.action.limits.memory)
            self.of_action[key] = made
            return made
        others = self.of_action.get(OTHERS)
        if others is None:
            others = self.of_action[OTHERS] = ActionTally("", 0)
        return others

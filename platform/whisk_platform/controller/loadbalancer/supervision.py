"""Whether an invoker may be given work: its state, from pings, results and silence. Pure.

Source: contracts data-plane §2.7, with an incarnation in its pings (§11.11): work that an earlier
life of the invoker had taken is lost, and is said to be at once.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from enum import Enum

SILENCE_S = 10.0
"""After which an invoker counts as gone."""
REMEMBERED = 10
"""Results that are looked at."""
TOLERATED = 3
"""Bad ones among them that change nothing."""
TEST_EVERY_S = 60.0


class Health(Enum):
    """What is known about an invoker."""

    OFFLINE = "down"
    UNHEALTHY = "unhealthy"
    UNRESPONSIVE = "unresponsive"
    HEALTHY = "up"


class Report(Enum):
    """How an activation on it ended, as far as the invoker is concerned."""

    SUCCESS = "success"
    """It was carried out, whatever the action made of it."""
    SYSTEM_ERROR = "system error"
    TIMEOUT = "timeout"
    """No acknowledgement came."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from one event."""

    changed: bool = False
    """Whether the health is another one now."""
    test: bool = False
    """Whether a test activation should be sent now."""
    lost: bool = False
    """Whether everything it had been given has to be given up."""


@dataclass(slots=True, kw_only=True)
class Supervised:
    """One invoker under supervision."""

    silence_s: float = SILENCE_S
    health: Health = Health.OFFLINE
    incarnation: str = ""
    heard_at: float = 0.0
    tested_at: float = 0.0
    _results: deque[Report] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    @property
    def usable(self) -> bool:
        """Whether it may be given work."""
        return self.health is Health.HEALTHY

    def pinged(self, now: float, *, incarnation: str = "", enabled: bool = True) -> Verdict:
        """It has said that it lives.

        Args:
            now: monotonic seconds.
            incarnation: names this life of it; another one means that it was started anew.
            enabled: False = it takes no more work.
        """
        self.heard_at = now
        reborn = bool(self.incarnation) and incarnation != self.incarnation
        self.incarnation = incarnation
        if not enabled:
            return self._become(Health.OFFLINE, now, lost=reborn)
        if reborn:
            self._results.clear()
            return self._become(Health.UNHEALTHY, now, lost=True, again=True)
        if self.health is Health.OFFLINE:
            return self._become(Health.UNHEALTHY, now)
        return Verdict()

    def reported(self, report: Report, now: float) -> Verdict:
        """An activation on it has ended."""
        self._results.append(report)
        if self.health is Health.OFFLINE:
            return Verdict()
        self.heard_at = now
        # Good results in quick succession flush the bad ones out.
        flush = self.health is Health.UNHEALTHY and report is Report.SUCCESS
        verdict = self._become(self._judged(report), now)
        if flush:
            self.tested_at = now
        return replace(verdict, test=verdict.test or flush)

    def passed(self, now: float) -> Verdict:
        """Time has passed: silence counts, and the next test may be due."""
        if self.health is Health.OFFLINE:
            return Verdict()
        if now - self.heard_at >= self.silence_s:
            return self._become(Health.OFFLINE, now, lost=True)
        if self.health is not Health.HEALTHY and now - self.tested_at >= TEST_EVERY_S:
            self.tested_at = now
            return Verdict(test=True)
        return Verdict()

    def _judged(self, latest: Report) -> Health:
        errors = self._results.count(Report.SYSTEM_ERROR)
        timeouts = self._results.count(Report.TIMEOUT)
        few = len(self._results) <= TOLERATED
        if errors > TOLERATED or (few and latest is Report.SYSTEM_ERROR):
            return Health.UNHEALTHY
        if timeouts > TOLERATED or (few and latest is Report.TIMEOUT):
            return Health.UNRESPONSIVE
        return Health.HEALTHY if latest is Report.SUCCESS else self.health

    def _become(
        self, health: Health, now: float, *, lost: bool = False, again: bool = False
    ) -> Verdict:
        changed = health is not self.health
        self.health = health
        test = (changed or again) and health in (Health.UNHEALTHY, Health.UNRESPONSIVE)
        if test:
            self.tested_at = now
        return Verdict(changed=changed, test=test, lost=lost)

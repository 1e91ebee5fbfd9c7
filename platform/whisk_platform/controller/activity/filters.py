"""What a watcher wants to be told. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from whisk_platform.controller.activity.happenings import EVENTS, End, Event, Happening
from whisk_platform.spi.stores import ActivationFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchFilter:
    """Which happenings, and how ends look. Watchers with equal filters share everything."""

    wanted: ActivationFilter
    """Of its times nothing counts here: what happens live happens now."""
    docs: bool = False
    """Whether ends carry the whole record."""
    events: frozenset[Event] = frozenset(EVENTS)

    @property
    def namespace(self) -> str:
        """The watched one."""
        return self.wanted.namespace

    def matches(self, happening: Happening) -> bool:
        """Whether it is to be told; how an activation ends is not known before its end."""
        if happening.event not in self.events:
            return False
        wanted = self.wanted
        if wanted.name is not None and wanted.name not in happening.names:
            return False
        if wanted.kinds is not None and happening.kind not in wanted.kinds:
            return False
        if wanted.statuses is None and wanted.min_duration is None:
            return True
        return isinstance(happening, End) and _ended_as(happening, wanted)


def _ended_as(end: End, wanted: ActivationFilter) -> bool:
    activation = end.activation
    if wanted.statuses is not None and activation.response.status_code not in wanted.statuses:
        return False
    if wanted.min_duration is None:
        return True
    return activation.duration is not None and activation.duration >= wanted.min_duration

"""What a hub tells scrapers: who watches, what that holds in memory, who was too slow."""

from __future__ import annotations

from collections.abc import Iterator

from whisk_platform.common.metrics import Family, counter, gauge
from whisk_platform.controller.activity.hub import ActivityHub


def watching(hub: ActivityHub) -> Iterator[Family]:
    """Tell how things stand."""
    counts = hub.counts()
    yield gauge("whisk_watchers", "Clients that watch activations.", counts.watchers)
    yield gauge("whisk_watch_channels", "Different filters among them.", counts.channels)
    yield gauge("whisk_watch_held_bytes", "Bytes held for them.", counts.held_bytes)
    yield counter("whisk_watch_told", "Starts, outputs and ends told to any.", counts.passed_on)
    yield counter("whisk_watch_overflows", "Clients that were too slow.", counts.overflows)

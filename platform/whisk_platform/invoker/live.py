"""Live: what who watches a namespace is told about an activation while it runs and when it ends."""

from __future__ import annotations

from collections.abc import Sequence

from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.invoker.prepared import PreparedAction
from whisk_platform.spi.activity import ActivityFeed, Started


class Live:
    """The log of one activation on its way to who watches."""

    def __init__(self, feed: ActivityFeed, of: Started) -> None:
        self._feed = feed
        self._of = of
        self._told = 0

    def tap(self, lines: Sequence[str]) -> None:
        """Tell lines that have just been printed."""
        self._told += len(lines)
        self._feed.printed(self._of, lines)

    def finish(self, lines: Sequence[str]) -> None:
        """Tell what is left of the whole log, of which the first lines have been told."""
        self.tap(lines[self._told :])


def begin(
    feed: ActivityFeed, message: ActivationMessage, prepared: PreparedAction, start_ms: int
) -> Live | None:
    """Tell that an activation begins; None when nobody watches."""
    if not feed.watches(message.user.namespace):
        return None
    started = _started(message, prepared, start_ms)
    feed.started(started)
    return Live(feed, started)


def of_ended(
    feed: ActivityFeed, message: ActivationMessage, prepared: PreparedAction, start_ms: int
) -> Live | None:
    """For an activation that began when nobody watched; None when nobody does yet."""
    if not feed.watches(message.user.namespace):
        return None
    return Live(feed, _started(message, prepared, start_ms))


def _started(message: ActivationMessage, prepared: PreparedAction, start_ms: int) -> Started:
    return Started(
        activation_id=message.activation_id,
        namespace=message.user.namespace,
        name=message.action.name,
        version=prepared.action.version,
        path=prepared.name[1:],
        start=start_ms,
        kind=prepared.executable.kind,
        binding=message.binding,
        cause=message.cause,
        trigger=message.trigger,
        rule=message.rule,
    )

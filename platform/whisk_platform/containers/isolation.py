"""The isolation in force as a metric, whatever technology gives it."""

from __future__ import annotations

from whisk_platform.common.metrics import Family, gauge
from whisk_platform.spi.containers import Isolation


def metric(isolation: Isolation) -> Family:
    """A gauge that is always 1 and says in its labels how far containers are kept apart.

    Args:
        isolation: of a factory that has been started.
    """
    labels = {
        "level": isolation.level,
        "memory": isolation.memory,
        "network": isolation.network,
    }
    meaning = "How containers are kept from the machine and each other."
    return gauge("whisk_isolation_info", meaning, 1, labels)

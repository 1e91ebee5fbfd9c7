"""Finds an implementation by name: a known short name, or ``module:attribute`` of a stranger."""

from __future__ import annotations

import importlib
from typing import Any, Literal

from whisk_platform.common.errors import SettingsError

Port = Literal["containers", "stores", "messaging", "loadbalancer", "keepalive"]

BUILT_IN: dict[Port, dict[str, str]] = {
    "containers": {"process": "whisk_platform.containers.process.factory:provide"},
    "stores": {
        "postgres": "whisk_platform.stores.sql.postgres.provider:provide",
        "sqlite": "whisk_platform.stores.sql.provider:provide",
    },
    "messaging": {"memory": "whisk_platform.messaging.memory:provide"},
    "loadbalancer": {"lean": "whisk_platform.controller.loadbalancer.lean:provide"},
    "keepalive": {
        "fixed": "whisk_platform.invoker.keepalive.fixed:provide",
        "greedy_dual": "whisk_platform.invoker.keepalive.greedy_dual:provide",
        "histogram": "whisk_platform.invoker.keepalive.histogram:provide",
    },
}
"""Our own come through the same door as strangers."""


def load(port: Port, name: str) -> Any:
    """Import the provider called ``name`` for ``port``.

    Args:
        port: which Protocol of this package is wanted.
        name: a key of ``BUILT_IN[port]``, or ``package.module:attribute``.

    Returns:
        The provider, a callable; the caller knows its type from the Protocol's file.

    Raises:
        SettingsError: no such implementation; the message lists the known ones.
    """
    target = BUILT_IN[port].get(name, name)
    module_name, _, attribute = target.partition(":")
    if not attribute:
        known = ", ".join(sorted(BUILT_IN[port]))
        raise SettingsError(
            f"'{name}' is no known implementation of {port}. Use one of {known},"
            " or 'package.module:attribute'."
        )
    try:
        return getattr(importlib.import_module(module_name), attribute)
    except (ImportError, AttributeError) as error:
        raise SettingsError(f"'{name}' of {port} cannot be loaded: {error}.") from error

"""Puts the noun ``activation`` together."""

from __future__ import annotations

from whisk_cli import tree


def build() -> tree.Group:
    """Build the noun ``wsk activation``."""
    application = tree.group("activation", "work with activations", __package__)
    tree.add(application, "list", ".list:list_activations", "list activations")
    tree.add(application, "get", ".get:get_activation", "get activation")
    tree.add(application, "logs", ".logs:show_logs", "get the logs of an activation")
    tree.add(application, "result", ".result:show_result", "get the result of an activation")
    tree.add(
        application,
        "poll",
        ".poll:poll_activations",
        "poll continuously for log messages from currently running actions",
    )
    return application

"""Puts the noun ``trigger`` together."""

from __future__ import annotations

from whisk_cli import tree


def build() -> tree.Group:
    """Build the noun ``wsk trigger``."""
    application = tree.group("trigger", "work with triggers", __package__)
    tree.add(application, "fire", ".fire:fire_trigger", "fire trigger event", tree.TakesPayload)
    tree.add(
        application, "create", ".create:create_trigger", "create new trigger", tree.TakesFeedInputs
    )
    tree.add(
        application,
        "update",
        ".update:update_trigger",
        "update an existing trigger, or create a trigger if it does not exist",
        tree.TakesFeedInputs,
    )
    tree.add(application, "get", ".get:get_trigger", "get trigger")
    tree.add(application, "delete", ".delete:delete_trigger", "delete trigger")
    tree.add(application, "list", ".list:list_triggers", "list all triggers")
    return application

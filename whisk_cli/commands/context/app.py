"""Puts the noun ``context`` together."""

from __future__ import annotations

from whisk_cli import tree


def build() -> tree.Group:
    """Build the noun ``wsk context``."""
    application = tree.group("context", "work with saved connections", __package__)
    tree.add(application, "list", ".list:list_contexts", "list the saved connections")
    tree.add(application, "use", ".use:use_context", "use a saved connection from now on")
    tree.add(
        application,
        "create",
        ".create:create_context",
        "save a connection: that of the flags, or the one in use",
    )
    tree.add(application, "show", ".show:show_context", "show a saved connection")
    tree.add(application, "delete", ".delete:delete_context", "delete a saved connection")
    return application

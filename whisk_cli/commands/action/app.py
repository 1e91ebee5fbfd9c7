"""Puts the noun ``action`` together."""

from __future__ import annotations

from whisk_cli import tree


def build() -> tree.Group:
    """Build the noun ``wsk action``."""
    application = tree.group("action", "work with actions", __package__)
    declared = tree.TakesActionInputs
    tree.add(application, "create", ".create:create_action", "create a new action", declared)
    tree.add(
        application,
        "update",
        ".update:update_action",
        "update an existing action, or create an action if it does not exist",
        declared,
    )
    tree.add(application, "invoke", ".invoke:invoke_action", "invoke action", tree.TakesPayload)
    tree.add(application, "get", ".get:get_action", "get action")
    tree.add(application, "open", ".open:open_action", "show the public URL of a web action")
    tree.add(
        application,
        "curl",
        ".curl:show_curl",
        "show a curl command that calls the action",
        tree.TakesPayload,
    )
    tree.add(application, "delete", ".delete:delete_action", "delete action")
    tree.add(
        application,
        "list",
        ".list:list_actions",
        "list the actions of a namespace, or of a package",
    )
    return application

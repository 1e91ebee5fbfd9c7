"""Puts the noun ``rule`` together."""

from __future__ import annotations

from whisk_cli import tree


def build() -> tree.Group:
    """Build the noun ``wsk rule``."""
    application = tree.group("rule", "work with rules", __package__)
    tree.add(application, "create", ".create:create_rule", "create new rule")
    tree.add(application, "enable", ".enable:enable_rule", "enable rule")
    tree.add(application, "disable", ".disable:disable_rule", "disable rule")
    tree.add(application, "status", ".status:show_status", "get rule status")
    tree.add(
        application,
        "update",
        ".update:update_rule",
        "update an existing rule, or create a rule if it does not exist",
    )
    tree.add(application, "get", ".get:get_rule", "get rule")
    tree.add(application, "delete", ".delete:delete_rule", "delete rule")
    tree.add(application, "list", ".list:list_rules", "list all rules")
    return application

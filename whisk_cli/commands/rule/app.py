"""Puts the noun ``rule`` together."""

from __future__ import annotations

import typer

from whisk_cli import tree
from whisk_cli.commands.rule.create import create_rule
from whisk_cli.commands.rule.delete import delete_rule
from whisk_cli.commands.rule.disable import disable_rule
from whisk_cli.commands.rule.enable import enable_rule
from whisk_cli.commands.rule.get import get_rule
from whisk_cli.commands.rule.list import list_rules
from whisk_cli.commands.rule.status import show_status
from whisk_cli.commands.rule.update import update_rule


def build() -> typer.Typer:
    """Build the Typer application of ``wsk rule``."""
    application = tree.group("rule", "work with rules")
    tree.add(application, "create", create_rule, "create new rule")
    tree.add(application, "enable", enable_rule, "enable rule")
    tree.add(application, "disable", disable_rule, "disable rule")
    tree.add(application, "status", show_status, "get rule status")
    tree.add(
        application,
        "update",
        update_rule,
        "update an existing rule, or create a rule if it does not exist",
    )
    tree.add(application, "get", get_rule, "get rule")
    tree.add(application, "delete", delete_rule, "delete rule")
    tree.add(application, "list", list_rules, "list all rules")
    return application

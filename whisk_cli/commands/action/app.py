"""Puts the noun ``action`` together."""

from __future__ import annotations

import typer

from whisk_cli import tree
from whisk_cli.commands.action.create import create_action
from whisk_cli.commands.action.delete import delete_action
from whisk_cli.commands.action.get import get_action
from whisk_cli.commands.action.invoke import invoke_action
from whisk_cli.commands.action.list import list_actions
from whisk_cli.commands.action.update import update_action


def build() -> typer.Typer:
    """Build the Typer application of ``wsk action``."""
    application = tree.group("action", "work with actions")
    declared = tree.TakesParametersAndAnnotations
    tree.add(application, "create", create_action, "create a new action", declared)
    tree.add(
        application,
        "update",
        update_action,
        "update an existing action, or create an action if it does not exist",
        declared,
    )
    tree.add(application, "invoke", invoke_action, "invoke action", tree.TakesParameters)
    tree.add(application, "get", get_action, "get action")
    tree.add(application, "delete", delete_action, "delete action")
    tree.add(application, "list", list_actions, "list the actions of a namespace, or of a package")
    return application

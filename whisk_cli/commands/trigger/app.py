"""Puts the noun ``trigger`` together."""

from __future__ import annotations

import typer

from whisk_cli import tree
from whisk_cli.commands.trigger.create import create_trigger
from whisk_cli.commands.trigger.delete import delete_trigger
from whisk_cli.commands.trigger.fire import fire_trigger
from whisk_cli.commands.trigger.get import get_trigger
from whisk_cli.commands.trigger.list import list_triggers
from whisk_cli.commands.trigger.update import update_trigger


def build() -> typer.Typer:
    """Build the Typer application of ``wsk trigger``."""
    application = tree.group("trigger", "work with triggers")
    tree.add(application, "fire", fire_trigger, "fire trigger event", tree.TakesParameters)
    tree.add(application, "create", create_trigger, "create new trigger", tree.TakesFeedInputs)
    tree.add(
        application,
        "update",
        update_trigger,
        "update an existing trigger, or create a trigger if it does not exist",
        tree.TakesFeedInputs,
    )
    tree.add(application, "get", get_trigger, "get trigger")
    tree.add(application, "delete", delete_trigger, "delete trigger")
    tree.add(application, "list", list_triggers, "list all triggers")
    return application

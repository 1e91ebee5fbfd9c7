"""Puts the noun ``trigger`` together.

After a change: ``python -m tests.architecture.wsk_signatures``.
"""

from __future__ import annotations

import typer

from whisk_cli.commands.taking import TakesFeedInputs, TakesPayload
from whisk_cli.commands.trigger.create import create_trigger
from whisk_cli.commands.trigger.delete import delete_trigger
from whisk_cli.commands.trigger.fire import fire_trigger
from whisk_cli.commands.trigger.get import get_trigger
from whisk_cli.commands.trigger.list import list_triggers
from whisk_cli.commands.trigger.update import update_trigger

application = typer.Typer(name="trigger", help="work with triggers")
application.command("fire", help="fire trigger event", cls=TakesPayload)(fire_trigger)
application.command("create", help="create new trigger", cls=TakesFeedInputs)(create_trigger)
application.command(
    "update",
    help="update an existing trigger, or create a trigger if it does not exist",
    cls=TakesFeedInputs,
)(update_trigger)
application.command("get", help="get trigger")(get_trigger)
application.command("delete", help="delete trigger")(delete_trigger)
application.command("list", help="list all triggers")(list_triggers)

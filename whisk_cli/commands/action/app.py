"""Puts the noun ``action`` together.

After a change: ``python -m tests.architecture.wsk_signatures``.
"""

from __future__ import annotations

import typer

from whisk_cli.commands.action.create import create_action
from whisk_cli.commands.action.curl import show_curl
from whisk_cli.commands.action.delete import delete_action
from whisk_cli.commands.action.get import get_action
from whisk_cli.commands.action.invoke import invoke_action
from whisk_cli.commands.action.list import list_actions
from whisk_cli.commands.action.open import open_action
from whisk_cli.commands.action.update import update_action
from whisk_cli.commands.taking import TakesActionInputs, TakesPayload

application = typer.Typer(name="action", help="work with actions")
application.command("create", help="create a new action", cls=TakesActionInputs)(create_action)
application.command(
    "update",
    help="update an existing action, or create an action if it does not exist",
    cls=TakesActionInputs,
)(update_action)
application.command("invoke", help="invoke action", cls=TakesPayload)(invoke_action)
application.command("get", help="get action")(get_action)
application.command("open", help="show the public URL of a web action")(open_action)
application.command("curl", help="show a curl command that calls the action", cls=TakesPayload)(
    show_curl
)
application.command("delete", help="delete action")(delete_action)
application.command("list", help="list the actions of a namespace, or of a package")(list_actions)

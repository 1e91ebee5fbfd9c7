"""Puts the noun ``context`` together.

After a change: ``python -m tests.architecture.wsk_signatures``.
"""

from __future__ import annotations

import typer

from whisk_cli.commands.context.create import create_context
from whisk_cli.commands.context.delete import delete_context
from whisk_cli.commands.context.list import list_contexts
from whisk_cli.commands.context.show import show_context
from whisk_cli.commands.context.use import use_context

application = typer.Typer(name="context", help="work with saved connections")
application.command("list", help="list the saved connections")(list_contexts)
application.command("use", help="use a saved connection from now on")(use_context)
application.command("create", help="save a connection: that of the flags, or the one in use")(
    create_context
)
application.command("show", help="show a saved connection")(show_context)
application.command("delete", help="delete a saved connection")(delete_context)

"""Puts the noun ``init`` together, which is itself a command.

After a change: ``python -m tests.architecture.wsk_signatures``.
"""

from __future__ import annotations

import typer

from whisk_cli.commands.init.create import create

application = typer.Typer()
application.command("init", help="make an action to begin with, from a template")(create)

"""Puts the noun ``list`` together, which is itself a command.

After a change: ``python -m tests.architecture.wsk_signatures``.
"""

from __future__ import annotations

import typer

from whisk_cli.commands.list.everything import list_everything

application = typer.Typer()
application.command("list", help="list the entities of the current namespace")(list_everything)

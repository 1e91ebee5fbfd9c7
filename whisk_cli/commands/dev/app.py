"""Puts the noun ``dev`` together, which is itself a command.

After a change: ``python -m tests.architecture.wsk_signatures``.
"""

from __future__ import annotations

import typer

from whisk_cli.commands.dev.develop import develop

application = typer.Typer()
application.command("dev", help="deploy a folder whenever it changes, and follow the logs")(develop)

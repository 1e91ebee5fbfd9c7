"""Puts the noun ``logs`` together, which is itself a command.

After a change: ``python -m tests.architecture.wsk_signatures``.
"""

from __future__ import annotations

import typer

from whisk_cli.commands.logs.show import show_logs

application = typer.Typer()
application.command("logs", help="show or follow what actions print")(show_logs)

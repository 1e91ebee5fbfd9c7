"""Puts the noun ``version`` together, which is itself a command.

After a change: ``python -m tests.architecture.wsk_signatures``.
"""

from __future__ import annotations

import typer

from whisk_cli.commands.version.show import show_version

application = typer.Typer()
application.command("version", help="show the version of wsk, and of the server")(show_version)

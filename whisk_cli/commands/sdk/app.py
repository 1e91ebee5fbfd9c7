"""Puts the noun ``sdk`` together.

After a change: ``python -m tests.architecture.wsk_signatures``.
"""

from __future__ import annotations

import typer

from whisk_cli.commands.sdk.install import install

application = typer.Typer(name="sdk", help="work with the sdk")
application.command("install", help="install the sdk: docker, ios or bashauto")(install)

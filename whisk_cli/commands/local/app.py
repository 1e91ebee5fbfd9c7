"""Puts the noun ``local`` together.

After a change: ``python -m tests.architecture.wsk_signatures``.
"""

from __future__ import annotations

import typer

from whisk_cli.commands.local.invoke import invoke
from whisk_cli.commands.taking import TakesTrial

application = typer.Typer(name="local", help="try actions out without a platform")
application.command(
    "invoke",
    help="run a file, a folder or an archive once, in a sandbox of this machine",
    cls=TakesTrial,
)(invoke)

"""Puts the noun ``invoke`` together, which is itself a command.

After a change: ``python -m tests.architecture.wsk_signatures``.
"""

from __future__ import annotations

import typer

from whisk_cli.commands.invoke.run import run_action
from whisk_cli.commands.taking import TakesPayload

application = typer.Typer()
application.command("invoke", help="run an action and show its result", cls=TakesPayload)(
    run_action
)

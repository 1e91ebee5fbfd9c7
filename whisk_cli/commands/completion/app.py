"""Puts the noun ``completion`` together.

After a change: ``python -m tests.architecture.wsk_signatures``.
"""

from __future__ import annotations

import typer

from whisk_cli.commands.completion import scripts
from whisk_cli.commands.completion.install import install_script

application = typer.Typer(name="completion", help="teach your shell to complete wsk")
application.command("bash", help="print the completion script for bash")(scripts.print_bash)
application.command("zsh", help="print the completion script for zsh")(scripts.print_zsh)
application.command("fish", help="print the completion script for fish")(scripts.print_fish)
application.command("powershell", help="print the completion script for powershell")(
    scripts.print_powershell
)
application.command("install", help="put the completion script where the shell finds it")(
    install_script
)

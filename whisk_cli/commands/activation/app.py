"""Puts the noun ``activation`` together.

After a change: ``python -m tests.architecture.wsk_signatures``.
"""

from __future__ import annotations

import typer

from whisk_cli.commands.activation.get import get_activation
from whisk_cli.commands.activation.list import list_activations
from whisk_cli.commands.activation.logs import show_logs
from whisk_cli.commands.activation.poll import poll_activations
from whisk_cli.commands.activation.result import show_result
from whisk_cli.commands.activation.stats import show_stats
from whisk_cli.commands.activation.wait import wait_for_activation
from whisk_cli.commands.activation.watch import watch_activations

application = typer.Typer(name="activation", help="work with activations")
application.command("list", help="list activations")(list_activations)
application.command("get", help="get activation")(get_activation)
application.command("logs", help="get the logs of an activation")(show_logs)
application.command("result", help="get the result of an activation")(show_result)
application.command(
    "poll", help="poll continuously for log messages from currently running actions"
)(poll_activations)
application.command("watch", help="look on as activations come and go")(watch_activations)
application.command("stats", help="add up activations for each action")(show_stats)
application.command("wait", help="wait for the end of an activation")(wait_for_activation)

"""Puts the noun ``activation`` together."""

from __future__ import annotations

import typer

from whisk_cli import tree
from whisk_cli.commands.activation.get import get_activation
from whisk_cli.commands.activation.list import list_activations
from whisk_cli.commands.activation.logs import show_logs
from whisk_cli.commands.activation.poll import poll_activations
from whisk_cli.commands.activation.result import show_result


def build() -> typer.Typer:
    """Build the Typer application of ``wsk activation``."""
    application = tree.group("activation", "work with activations")
    tree.add(application, "list", list_activations, "list activations")
    tree.add(application, "get", get_activation, "get activation")
    tree.add(application, "logs", show_logs, "get the logs of an activation")
    tree.add(application, "result", show_result, "get the result of an activation")
    tree.add(
        application,
        "poll",
        poll_activations,
        "poll continuously for log messages from currently running actions",
    )
    return application

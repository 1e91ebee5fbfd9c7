"""Puts the noun ``sdk`` together."""

from __future__ import annotations

import typer

from whisk_cli import tree
from whisk_cli.commands.sdk.install import install


def build() -> typer.Typer:
    """Build the Typer application of ``wsk sdk``."""
    application = tree.group("sdk", "work with the sdk")
    tree.add(application, "install", install, "install the sdk: docker, ios or bashauto")
    return application

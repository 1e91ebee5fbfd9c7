"""Puts the noun ``dev`` together."""

from __future__ import annotations

from whisk_cli import tree


def build() -> tree.Verb:
    """Build the command ``wsk dev``."""
    return tree.single(
        "whisk_cli.commands.dev.develop:develop",
        "dev",
        "deploy a folder whenever it changes, and follow the logs",
    )

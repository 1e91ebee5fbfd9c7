"""Puts the noun ``init`` together."""

from __future__ import annotations

from whisk_cli import tree


def build() -> tree.Verb:
    """Build the command ``wsk init``."""
    return tree.single(
        "whisk_cli.commands.init.create:create",
        "init",
        "make an action to begin with, from a template",
    )

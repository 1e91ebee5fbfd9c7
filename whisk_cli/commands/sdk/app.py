"""Puts the noun ``sdk`` together."""

from __future__ import annotations

from whisk_cli import tree


def build() -> tree.Group:
    """Build the noun ``wsk sdk``."""
    application = tree.group("sdk", "work with the sdk", __package__)
    tree.add(application, "install", ".install:install", "install the sdk: docker, ios or bashauto")
    return application

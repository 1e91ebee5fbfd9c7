"""Puts the noun ``local`` together."""

from __future__ import annotations

from whisk_cli import tree


def build() -> tree.Group:
    """Build the noun ``wsk local``."""
    application = tree.group("local", "try actions out without a platform", __package__)
    tree.add(
        application,
        "invoke",
        ".invoke:invoke",
        "run a file, a folder or an archive once, in a sandbox of this machine",
        tree.TakesTrial,
    )
    return application

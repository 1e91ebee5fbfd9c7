"""Puts the noun ``property`` together."""

from __future__ import annotations

import typer

from whisk_cli import tree
from whisk_cli.commands.property.get import get_properties
from whisk_cli.commands.property.set import set_properties
from whisk_cli.commands.property.unset import unset_properties


def build() -> typer.Typer:
    """Build the Typer application of ``wsk property``."""
    application = tree.group("property", "work with the properties of wsk")
    tree.add(application, "get", get_properties, "get property")
    tree.add(application, "set", set_properties, "set property")
    tree.add(application, "unset", unset_properties, "unset property")
    return application

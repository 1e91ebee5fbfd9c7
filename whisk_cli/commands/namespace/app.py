"""Puts the noun ``namespace`` together."""

from __future__ import annotations

import typer

from whisk_cli import tree
from whisk_cli.commands.namespace.get import get_namespace
from whisk_cli.commands.namespace.list import list_namespaces


def build() -> typer.Typer:
    """Build the Typer application of ``wsk namespace``."""
    application = tree.group("namespace", "work with namespaces")
    tree.add(application, "list", list_namespaces, "list available namespaces")
    tree.add(application, "get", get_namespace, "list the entities of the namespace")
    return application

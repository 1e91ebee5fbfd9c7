"""Puts the noun ``namespace`` together."""

from __future__ import annotations

from whisk_cli import tree


def build() -> tree.Group:
    """Build the noun ``wsk namespace``."""
    application = tree.group("namespace", "work with namespaces", __package__)
    tree.add(application, "list", ".list:list_namespaces", "list available namespaces")
    tree.add(application, "get", ".get:get_namespace", "list the entities of the namespace")
    return application

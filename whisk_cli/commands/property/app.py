"""Puts the noun ``property`` together."""

from __future__ import annotations

from whisk_cli import tree


def build() -> tree.Group:
    """Build the noun ``wsk property``."""
    application = tree.group("property", "work with the properties of wsk", __package__)
    tree.add(application, "get", ".get:get_properties", "get property")
    tree.add(application, "set", ".set:set_properties", "set property")
    tree.add(application, "unset", ".unset:unset_properties", "unset property")
    return application

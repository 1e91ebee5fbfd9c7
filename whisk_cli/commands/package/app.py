"""Puts the noun ``package`` together."""

from __future__ import annotations

from whisk_cli import tree


def build() -> tree.Group:
    """Build the noun ``wsk package``."""
    application = tree.group("package", "work with packages", __package__)
    declared = tree.TakesParametersAndAnnotations
    tree.add(application, "bind", ".bind:bind_package", "bind parameters to a package", declared)
    tree.add(application, "create", ".create:create_package", "create a new package", declared)
    tree.add(
        application,
        "update",
        ".update:update_package",
        "update an existing package, or create a package if it does not exist",
        declared,
    )
    tree.add(application, "get", ".get:get_package", "get package")
    tree.add(application, "delete", ".delete:delete_package", "delete package")
    tree.add(application, "list", ".list:list_packages", "list all packages")
    tree.add(application, "refresh", ".refresh:refresh_packages", "refresh package bindings")
    return application

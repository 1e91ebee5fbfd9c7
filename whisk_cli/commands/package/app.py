"""Puts the noun ``package`` together."""

from __future__ import annotations

import typer

from whisk_cli import tree
from whisk_cli.commands.package.bind import bind_package
from whisk_cli.commands.package.create import create_package
from whisk_cli.commands.package.delete import delete_package
from whisk_cli.commands.package.get import get_package
from whisk_cli.commands.package.list import list_packages
from whisk_cli.commands.package.refresh import refresh_packages
from whisk_cli.commands.package.update import update_package


def build() -> typer.Typer:
    """Build the Typer application of ``wsk package``."""
    application = tree.group("package", "work with packages")
    declared = tree.TakesParametersAndAnnotations
    tree.add(application, "bind", bind_package, "bind parameters to a package", declared)
    tree.add(application, "create", create_package, "create a new package", declared)
    tree.add(
        application,
        "update",
        update_package,
        "update an existing package, or create a package if it does not exist",
        declared,
    )
    tree.add(application, "get", get_package, "get package")
    tree.add(application, "delete", delete_package, "delete package")
    tree.add(application, "list", list_packages, "list all packages")
    tree.add(application, "refresh", refresh_packages, "refresh package bindings")
    return application

"""Puts the noun ``package`` together.

After a change: ``python -m tests.architecture.wsk_signatures``.
"""

from __future__ import annotations

import typer

from whisk_cli.commands.package.bind import bind_package
from whisk_cli.commands.package.create import create_package
from whisk_cli.commands.package.delete import delete_package
from whisk_cli.commands.package.get import get_package
from whisk_cli.commands.package.list import list_packages
from whisk_cli.commands.package.refresh import refresh_packages
from whisk_cli.commands.package.update import update_package
from whisk_cli.commands.taking import TakesParametersAndAnnotations

application = typer.Typer(name="package", help="work with packages")
application.command("bind", help="bind parameters to a package", cls=TakesParametersAndAnnotations)(
    bind_package
)
application.command("create", help="create a new package", cls=TakesParametersAndAnnotations)(
    create_package
)
application.command(
    "update",
    help="update an existing package, or create a package if it does not exist",
    cls=TakesParametersAndAnnotations,
)(update_package)
application.command("get", help="get package")(get_package)
application.command("delete", help="delete package")(delete_package)
application.command("list", help="list all packages")(list_packages)
application.command("refresh", help="refresh package bindings")(refresh_packages)

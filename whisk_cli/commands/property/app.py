"""Puts the noun ``property`` together.

After a change: ``python -m tests.architecture.wsk_signatures``.
"""

from __future__ import annotations

import typer

from whisk_cli.commands.property.get import get_properties
from whisk_cli.commands.property.set import set_properties
from whisk_cli.commands.property.unset import unset_properties

application = typer.Typer(name="property", help="work with the properties of wsk")
application.command("get", help="get property")(get_properties)
application.command("set", help="set property")(set_properties)
application.command("unset", help="unset property")(unset_properties)

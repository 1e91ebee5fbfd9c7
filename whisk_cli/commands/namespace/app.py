"""Puts the noun ``namespace`` together.

After a change: ``python -m tests.architecture.wsk_signatures``.
"""

from __future__ import annotations

import typer

from whisk_cli.commands.namespace.get import get_namespace
from whisk_cli.commands.namespace.list import list_namespaces

application = typer.Typer(name="namespace", help="work with namespaces")
application.command("list", help="list available namespaces")(list_namespaces)
application.command("get", help="list the entities of the namespace")(get_namespace)

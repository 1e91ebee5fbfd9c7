"""Typer's words under the names that modules used before; Typer itself is the one to use.

Here until nothing names them any more.
"""

from __future__ import annotations

import importlib
from typing import Any

from whisk_cli.errors import Exit

__all__ = ("Exit", "add", "group", "single")


def __getattr__(name: str) -> Any:
    return getattr(importlib.import_module("typer"), name)


def group(name: str, summary: str, package: str = "") -> Any:
    """Make an application; use ``typer.Typer``."""
    application = __getattr__("Typer")(name=name, help=summary)
    application.package = package
    application.add_group = application.add_typer
    return application


def add(application: Any, name: str, function: Any, summary: str, kind: Any = None) -> None:
    """Add a verb; use ``application.command``."""
    if isinstance(function, str):
        module, _, attribute = function.partition(":")
        module = application.package + module if module.startswith(".") else module
        function = getattr(importlib.import_module(module), attribute)
    application.command(name, help=summary, cls=kind)(function)


def single(function: Any, name: str, summary: str, kind: Any = None) -> Any:
    """Make a noun that is a command; use ``typer.Typer`` without a name."""
    application = __getattr__("Typer")()
    add(application, name, function, summary, kind)
    return application

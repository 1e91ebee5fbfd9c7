"""The commands below ``wsk admin``."""

from __future__ import annotations

import typer

from whisk_cli import tree
from whisk_cli.commands.admin.user.block import block, unblock
from whisk_cli.commands.admin.user.create import create
from whisk_cli.commands.admin.user.delete import delete
from whisk_cli.commands.admin.user.get import get
from whisk_cli.commands.admin.user.list import list_users


def build() -> typer.Typer:
    """Build the noun."""
    application = tree.group("admin", "administer subjects and keys (system key)")
    user = tree.group("user", "work with subjects")
    tree.add(user, "create", create, "create a subject, or a namespace of it, and print its key")
    tree.add(user, "get", get, "print the key of a subject")
    tree.add(user, "list", list_users, "list subjects")
    tree.add(user, "delete", delete, "delete a subject, or a namespace of it")
    tree.add(user, "block", block, "block subjects: their keys stop working at once")
    tree.add(user, "unblock", unblock, "unblock subjects")
    application.add_typer(user, name="user")
    return application

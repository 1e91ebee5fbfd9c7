"""Puts the noun ``rule`` together.

After a change: ``python -m tests.architecture.wsk_signatures``.
"""

from __future__ import annotations

import typer

from whisk_cli.commands.rule.create import create_rule
from whisk_cli.commands.rule.delete import delete_rule
from whisk_cli.commands.rule.disable import disable_rule
from whisk_cli.commands.rule.enable import enable_rule
from whisk_cli.commands.rule.get import get_rule
from whisk_cli.commands.rule.list import list_rules
from whisk_cli.commands.rule.status import show_status
from whisk_cli.commands.rule.update import update_rule

application = typer.Typer(name="rule", help="work with rules")
application.command("create", help="create new rule")(create_rule)
application.command("enable", help="enable rule")(enable_rule)
application.command("disable", help="disable rule")(disable_rule)
application.command("status", help="get rule status")(show_status)
application.command(
    "update", help="update an existing rule, or create a rule if it does not exist"
)(update_rule)
application.command("get", help="get rule")(get_rule)
application.command("delete", help="delete rule")(delete_rule)
application.command("list", help="list all rules")(list_rules)

"""Everything in the namespace of the key, for ``wsk list`` and ``wsk namespace get``.

**Source**: contracts/cli.md §1.10, §3.5.
"""

from __future__ import annotations

from typing import Literal

from whisk_cli import arguments
from whisk_cli.client import entities
from whisk_cli.client.entities import Kind
from whisk_cli.commands.listing import rules_with_status
from whisk_cli.commands.page import Page
from whisk_cli.errors import explained
from whisk_cli.invocation import Invocation
from whisk_cli.jsonvalue import JSONObject
from whisk_cli.names import OWN_NAMESPACE, shown_namespace
from whisk_cli.render import lists

_ASKED: tuple[Kind, ...] = ("actions", "packages", "triggers", "rules")
_SHOWN: tuple[Kind, ...] = ("packages", "actions", "triggers", "rules")
_AS_MANY_AS_POSSIBLE: Literal[0] = 0


def show_contents(run: Invocation, given: list[str] | None, page: Page) -> None:
    """Write four lists: packages, actions, triggers, rules.

    Args:
        run: The invocation.
        given: Positional arguments: nothing, or ``/_``.
        page: Whether to sort by name, to read all pages, or only to count.

    Raises:
        CliError: Wrong arguments, or the server refused.
    """
    client = run.client()
    if given != [f"/{OWN_NAMESPACE}"]:
        arguments.expect(given, 0, 0, arguments.NOTHING)
    if not page.is_plain:
        from whisk_cli.commands import longlist

        longlist.show_contents(run, client, _SHOWN, page)
        return
    found: dict[Kind, list[JSONObject]] = {}
    for kind in _ASKED:
        with explained(f"Unable to obtain the list of {kind} for namespace '{shown_namespace()}'"):
            found[kind] = entities.list_page(
                client, kind, OWN_NAMESPACE, limit=_AS_MANY_AS_POSSIBLE
            )
    found["rules"] = rules_with_status(run, client, OWN_NAMESPACE, found["rules"])
    if run.console.choice is not None:
        entries = [
            {"type": kind[:-1], **each}
            for kind in _SHOWN
            for each in lists.ordered(kind, found[kind], by_name=page.by_name)
        ]
        run.console.document("entities", [*entries])
        return
    run.console.line(f"Entities in namespace: {run.console.bold(shown_namespace())}")
    for kind in _SHOWN:
        lists.show(run.console, kind, found[kind], by_name=page.by_name)

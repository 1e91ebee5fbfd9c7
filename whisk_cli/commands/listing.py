"""The flow of ``list`` for triggers, packages and rules: an optional namespace, a page, a table."""

from __future__ import annotations

from whisk_cli import arguments
from whisk_cli.client import entities, rules
from whisk_cli.client.api import Client
from whisk_cli.client.entities import Kind
from whisk_cli.commands.page import Page
from whisk_cli.errors import CliError, explained
from whisk_cli.invocation import Invocation
from whisk_cli.jsonvalue import JSONObject
from whisk_cli.names import OWN_NAMESPACE, namespace_only, shown_namespace
from whisk_cli.render import lists


def show_page(run: Invocation, kind: Kind, given: list[str] | None, page: Page) -> None:
    """List one kind of entity.

    Args:
        run: The invocation.
        kind: The collection.
        given: Positional arguments: nothing, or ``/namespace``.
        page: Which of them, and in which order.

    Raises:
        CliError: Wrong arguments, or the server refused.
    """
    client = run.client()
    named = arguments.expect(given, 0, 1, arguments.OPTIONAL_NAMESPACE)
    namespace = namespace_only(named[0]) if named else OWN_NAMESPACE
    if not page.is_plain:
        from whisk_cli.commands import longlist

        wanted = longlist.Listing(kind=kind, namespace=namespace)
        longlist.show_entities(run, client, wanted, page)
        return
    with explained(f"Unable to obtain the list of {kind} for namespace '{shown_namespace()}'"):
        listed = entities.list_page(client, kind, namespace, limit=page.limit, skip=page.skip)
    if kind == "rules":
        listed = rules_with_status(run, client, namespace, listed)
    lists.show(run.console, kind, listed, by_name=page.by_name)


def rules_with_status(
    run: Invocation, client: Client, namespace: str, listed: list[JSONObject]
) -> list[JSONObject]:
    """Add the status to listed rules; a refusal is told on stdout too, as the reference does.

    Raises:
        CliError: The server refused to show one of them.
    """
    try:
        return rules.with_status(client, namespace, listed)
    except CliError as problem:
        run.console.line(problem.message)
        raise

"""The flow of ``list`` for triggers, packages and rules: an optional namespace, a page, a table."""

from __future__ import annotations

from whisk_cli import arguments
from whisk_cli.client import entities, rules
from whisk_cli.client.api import Client
from whisk_cli.client.entities import Kind
from whisk_cli.errors import CliError, explained
from whisk_cli.invocation import Invocation
from whisk_cli.jsonvalue import JSONObject
from whisk_cli.names import OWN_NAMESPACE, namespace_only, shown_namespace
from whisk_cli.render import lists


def show_page(
    run: Invocation, kind: Kind, given: list[str] | None, *, skip: int, limit: int, by_name: bool
) -> None:
    """List one kind of entity.

    Args:
        run: The invocation.
        kind: The collection.
        given: Positional arguments: nothing, or ``/namespace``.
        skip: How many of the newest to leave out.
        limit: The most to show.
        by_name: Whether to sort by name.

    Raises:
        CliError: Wrong arguments, or the server refused.
    """
    client = run.client()
    named = arguments.expect(given, 0, 1, arguments.OPTIONAL_NAMESPACE)
    namespace = namespace_only(named[0]) if named else OWN_NAMESPACE
    with explained(f"Unable to obtain the list of {kind} for namespace '{shown_namespace()}'"):
        listed = entities.list_page(client, kind, namespace, limit=limit, skip=skip)
    if kind == "rules":
        listed = rules_with_status(run, client, namespace, listed)
    lists.show(run.console, kind, listed, by_name=by_name)


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

"""Lists beyond one plain page: whole ones, counted ones, and those of chosen entries only.

Loaded only when one of their flags is given.

**Source**: contracts/cli.md §7-4, §7-20.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from whisk_cli.client import activations, entities, paging
from whisk_cli.client.activations import Filter
from whisk_cli.client.api import Client
from whisk_cli.client.entities import Kind
from whisk_cli.commands import narrowing
from whisk_cli.commands.page import Page
from whisk_cli.errors import explained
from whisk_cli.invocation import Invocation
from whisk_cli.jsonvalue import JSONObject, Number
from whisk_cli.names import OWN_NAMESPACE, shown_namespace
from whisk_cli.render import lists


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A collection.

    Attributes:
        kind: What it holds.
        namespace: Whose.
        package: Only the actions of this package; empty for all.
    """

    kind: Kind
    namespace: str
    package: str = ""


def show_entities(run: Invocation, client: Client, wanted: Listing, page: Page) -> None:
    """List or count entities.

    Raises:
        CliError: A filter cannot be read, or the server refused.
    """
    chosen = narrowing.of_entities(page)
    if page.count and not page.is_filter:
        with _explained(wanted.kind):
            number = paging.count(client, wanted.namespace, wanted.kind, package=wanted.package)
        if number is not None:
            _tell(run, number)
            return
    everything = _with_status(run, client, wanted, page, _pages(client, wanted))
    if page.count:
        _tell(run, sum(len(p) for p in narrowing.cut(everything, chosen, skip=0, limit=None)))
        return
    limit = None if page.every else page.limit or paging.PAGE
    found = narrowing.cut(everything, chosen, skip=page.skip, limit=limit)
    lists.show_pages(run.console, wanted.kind, found, by_name=page.by_name)


def activation_pages(client: Client, wanted: Filter, page: Page) -> Iterator[list[JSONObject]]:
    """List activations; what the server does not choose by is chosen here.

    Args:
        client: The client.
        wanted: The page that is wanted, with what every server can choose by.
        page: What else is wanted.

    Yields:
        Pages, the first one even if it is empty.

    Raises:
        CliError: A status cannot be read, or the server refused.
    """
    codes = narrowing.status_codes(page.status)
    chosen = narrowing.of_activations(page, codes)
    served = replace(wanted, status=narrowing.served(codes), kind=_served_kind(page.kind))
    is_filter = bool(page.status or page.kind)
    if not page.every and not wanted.skip:
        with _explained("activations"):
            found = activations.list_page(client, served)
        # A server that does not know these filters gives what it would give without them.
        if not is_filter or all(map(chosen, found)):
            yield found
            return

    def fetch(limit: int, skip: int) -> list[JSONObject]:
        with _explained("activations"):
            return activations.list_page(client, replace(served, limit=limit, skip=skip))

    limit = None if page.every else wanted.limit or paging.PAGE
    pages = paging.pages(fetch, paging.activation_id)
    yield from narrowing.cut(pages, chosen, skip=wanted.skip, limit=limit)


def count_activations(run: Invocation, client: Client, wanted: Filter, page: Page) -> None:
    """Tell how many activations there are.

    Raises:
        CliError: A status cannot be read, or the server refused.
    """
    if not (page.status or page.kind):
        query = [(n, v) for n, v in wanted.query() if n in ("name", "since", "upto")]
        with _explained("activations"):
            number = paging.count(client, OWN_NAMESPACE, "activations", query=tuple(query))
        if number is not None:
            _tell(run, number)
            return
    every = replace(page, every=True)
    _tell(run, sum(len(page) for page in activation_pages(client, wanted, every)))


def _served_kind(kind: str) -> str:
    # Servers that can choose by kind know no families.
    return kind if all(":" in each for each in kind.split(",")) else ""


def _pages(client: Client, wanted: Listing) -> Iterator[list[JSONObject]]:
    def fetch(limit: int, skip: int) -> list[JSONObject]:
        with _explained(wanted.kind):
            return entities.list_page(
                client,
                wanted.kind,
                wanted.namespace,
                limit=limit,
                skip=skip,
                package=wanted.package,
            )

    return paging.pages(fetch, paging.full_name)


def _with_status(
    run: Invocation, client: Client, wanted: Listing, page: Page, pages: Iterator[list[JSONObject]]
) -> Iterator[list[JSONObject]]:
    if wanted.kind != "rules" or (page.count and not page.status):
        yield from pages
        return
    from whisk_cli.commands.listing import rules_with_status

    for each in pages:
        yield rules_with_status(run, client, wanted.namespace, each)


def _tell(run: Invocation, number: int) -> None:
    if run.console.choice is None:
        run.console.line(str(number))
    else:
        run.console.json(Number(str(number)))


def _explained(kind: str) -> AbstractContextManager[None]:
    return explained(f"Unable to obtain the list of {kind} for namespace '{shown_namespace()}'")

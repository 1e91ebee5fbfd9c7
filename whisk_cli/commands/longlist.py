"""Lists beyond one plain page: whole ones, counted ones, and those of chosen entries only.

Loaded only when one of their flags is given.

**Source**: contracts/cli.md §7-4, §7-20.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from whisk_cli.client import activations, entities, paging
from whisk_cli.client.activations import Filter
from whisk_cli.client.api import Client
from whisk_cli.client.entities import Kind
from whisk_cli.commands import counting, narrowing
from whisk_cli.commands.page import Page
from whisk_cli.errors import explained
from whisk_cli.invocation import Invocation
from whisk_cli.jsonvalue import JSONObject
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
        counting.tell(run.console, _number(client, wanted))
        return
    everything = _with_status(run, client, wanted, page, _pages(client, wanted))
    if page.count:
        counting.tell(
            run.console, sum(len(p) for p in narrowing.cut(everything, chosen, skip=0, limit=None))
        )
        return
    limit = None if page.every else page.limit or paging.PAGE
    found = narrowing.cut(everything, chosen, skip=page.skip, limit=limit)
    lists.show_pages(run.console, wanted.kind, found, by_name=page.by_name)


def show_contents(run: Invocation, client: Client, kinds: Sequence[Kind], page: Page) -> None:
    """List or count all entities of the key's namespace, kind after kind.

    Args:
        run: The invocation.
        client: The client.
        kinds: In the order in which they are shown.
        page: Whether to sort by name, or only to count.

    Raises:
        CliError: The server refused.
    """
    wanted = [Listing(kind=kind, namespace=OWN_NAMESPACE) for kind in kinds]
    if page.count:
        numbers = {each.kind: _number(client, each) for each in wanted}
        if not run.console.document(
            "counts", {str(kind): number for kind, number in numbers.items()}
        ):
            for kind, number in numbers.items():
                run.console.line(f"{kind:<8} {number}")
        return
    pages = {each.kind: _with_status(run, client, each, page, _pages(client, each))
             for each in wanted}  # fmt: skip
    if run.console.choice is None:
        run.console.line(f"Entities in namespace: {run.console.bold(shown_namespace())}")
        for kind, found in pages.items():
            lists.show_pages(run.console, kind, found, by_name=page.by_name)
        return
    run.console.pages("entities", _typed(pages, by_name=page.by_name))


def _typed(
    pages: Mapping[Kind, Iterable[list[JSONObject]]], *, by_name: bool
) -> Iterator[list[JSONObject]]:
    for kind, found in pages.items():
        whole = [[each for page in found for each in page]] if by_name else found
        for page in whole:
            ordered = lists.ordered(kind, page, by_name=by_name)
            yield [{"type": kind[:-1], **each} for each in ordered]


def _number(client: Client, wanted: Listing) -> int:
    with _explained(wanted.kind):
        number = paging.count(client, wanted.namespace, wanted.kind, package=wanted.package)
    if number is not None:
        return number
    return sum(map(len, _pages(client, wanted)))


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
            counting.tell(run.console, number)
            return
    every = replace(page, every=True)
    counting.tell(run.console, sum(len(page) for page in activation_pages(client, wanted, every)))


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


def _explained(kind: str) -> AbstractContextManager[None]:
    return explained(f"Unable to obtain the list of {kind} for namespace '{shown_namespace()}'")

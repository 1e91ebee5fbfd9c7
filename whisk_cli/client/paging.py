"""Lists that are longer than one answer, and how many entries there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from whisk_cli.client import paths
from whisk_cli.client.api import Client
from whisk_cli.jsonvalue import JSONObject, Number, integer_of, members, text_of

PAGE = 200
"""The most entries a server gives at once."""

Fetch = Callable[[int, int], list[JSONObject]]
"""Reads a page: how many entries at most, and how many to leave out before them."""


def pages(fetch: Fetch, identity: Callable[[JSONObject], object]) -> Iterator[list[JSONObject]]:
    """Read a list to its end, page by page.

    Args:
        fetch: Reads a page.
        identity: Tells entries apart: while a list grows, pages overlap.

    Yields:
        The pages; the first one even if it is empty.
    """
    seen: set[object] = set()
    skip = 0
    while True:
        page = fetch(PAGE, skip)
        fresh = [each for each in page if identity(each) not in seen]
        seen.update(map(identity, fresh))
        if fresh or not skip:
            yield fresh
        if len(page) < PAGE:
            return
        skip += len(page)


def full_name(entity: JSONObject) -> object:
    """Tell entities apart by namespace, package and name."""
    return text_of(entity.get("namespace")), text_of(entity.get("name"))


def activation_id(activation: JSONObject) -> object:
    """Tell activations apart."""
    return text_of(activation.get("activationId"))


def count(
    client: Client,
    namespace: str,
    kind: str,
    *,
    package: str = "",
    query: tuple[tuple[str, str], ...] = (),
) -> int | None:
    """Ask how many entries a collection has.

    Returns:
        The number; ``None`` if the server cannot count.

    Raises:
        ServerError: The server refused.
    """
    path = paths.collection(namespace, kind)
    if package:
        path += f"/{paths.encoded(package)}/"
    answer = members(client.call("GET", path, query=sorted((("count", "true"), *query))))
    number = answer.get(kind)
    return integer_of(number) if isinstance(number, Number) else None

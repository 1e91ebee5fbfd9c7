"""Which entries of a list are wanted, decided here where the server cannot. No I/O."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable, Iterator

from whisk_cli import moments
from whisk_cli.argv import flag_error
from whisk_cli.commands.page import Page
from whisk_cli.jsonvalue import JSONObject, integer_of, members, text_of
from whisk_cli.render.lists import annotation

Wanted = Callable[[JSONObject], bool]

STATUSES = ("success", "application error", "developer error", "internal error")
"""By the status code of a summary, as lists show them."""

_SERVED = ("success", "application error", "action developer error", "whisk internal error")
"""The same in the words of servers that can choose by status."""

_RULE_STATUSES = ("active", "inactive")


def of_entities(page: Page) -> Wanted:
    """Decide about entities.

    Raises:
        CliError: A moment or a status cannot be read.
    """
    since = moments.milliseconds(page.since, "--since")
    upto = moments.milliseconds(page.upto, "--upto")
    if page.status and page.status not in _RULE_STATUSES:
        raise flag_error(
            f'invalid argument "{page.status}" for "--status" flag: use active or inactive'
        )

    def wanted(entity: JSONObject) -> bool:
        updated = integer_of(entity.get("updated"))
        return (
            (not page.name or _is_named(entity, page.name))
            and (not page.kind or _is_kind(_kind(entity, "exec"), page.kind))
            and (not page.status or entity.get("status") == page.status)
            and (not since or updated >= since)
            and (not upto or updated <= upto)
        )

    return wanted


def of_activations(page: Page, codes: frozenset[int]) -> Wanted:
    """Decide about activations; name and times are left to the server, which knows them.

    Args:
        page: What is wanted.
        codes: The status codes that are wanted; none for all.
    """
    # Loaded only for those who choose.
    from whisk_cli.render.activationtable import status_code

    def wanted(activation: JSONObject) -> bool:
        return (not codes or status_code(activation) in codes) and (
            not page.kind or _is_kind(_kind(activation, "kind"), page.kind)
        )

    return wanted


def status_codes(text: str) -> frozenset[int]:
    """Read ``--status`` for activations.

    Args:
        text: Statuses as lists show them, or their first words, with commas between; ``error``
            for all three errors. Empty for all.

    Raises:
        CliError: One of them is no status: exit 1.
    """
    codes: set[int] = set()
    for each in text.split(",") if text else ():
        word = " ".join(each.lower().replace("_", " ").split())
        found = {code for code, status in enumerate(STATUSES) if word and _means(word, status)}
        if not found:
            raise flag_error(
                f'invalid argument "{each}" for "--status" flag: '
                "use success, application, developer, internal or error"
            )
        codes |= found
    return frozenset(codes)


def served(codes: frozenset[int]) -> str:
    """Write status codes as servers that can choose by status take them."""
    return ",".join(_SERVED[code] for code in sorted(codes))


def cut(
    pages: Iterable[list[JSONObject]], wanted: Wanted, *, skip: int, limit: int | None
) -> Iterator[list[JSONObject]]:
    """Leave out of pages what is not wanted, then the first and the surplus ones.

    Args:
        pages: In the server's order.
        wanted: Decides about each entry.
        skip: How many of those wanted to leave out.
        limit: The most to give; ``None`` for all.

    Yields:
        Pages, the first one even if it is empty.
    """
    left = limit
    is_first = True
    for page in pages:
        chosen = [each for each in page if wanted(each)]
        chosen, skip = chosen[skip:], max(0, skip - len(chosen))
        if left is not None:
            chosen = chosen[:left]
            left -= len(chosen)
        if chosen or is_first:
            yield chosen
        is_first = False
        if left == 0:
            return


def _means(word: str, status: str) -> bool:
    if word == "error":
        return status.endswith("error")
    bare = word.removeprefix("action ").removeprefix("whisk ")
    return bare in (status, status.removesuffix(" error"))


def _is_named(entity: JSONObject, pattern: str) -> bool:
    name = text_of(entity.get("name"))
    package = text_of(entity.get("namespace")).partition("/")[2]
    path = f"{package}/{name}" if package else name
    return fnmatch.fnmatchcase(path if "/" in pattern else name, pattern)


def _kind(document: JSONObject, key: str) -> str:
    found = annotation(document, key)
    return text_of(found) or text_of(members(document.get("exec")).get("kind"))


def _is_kind(kind: str, wanted: str) -> bool:
    return any(
        kind == each.strip() or (":" not in each and kind.partition(":")[0] == each.strip())
        for each in wanted.split(",")
    )

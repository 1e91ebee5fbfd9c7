"""Lists of entities: a header, then one row each, in columns that scripts rely on.

**Source**: contracts/cli.md §3.5 and §10.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from whisk_cli.client.entities import Kind
from whisk_cli.jsonvalue import JSONObject, JSONValue, items, members, text_of
from whisk_cli.render.console import Console

NAME_WIDTH = 70
"""The column of names; longer names are not cut."""
STATUS_WIDTH = 20
"""The column between name and status in lists of rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    row: Callable[[JSONObject], str]
    order: Callable[[JSONObject], tuple[bool, str]]


def show(console: Console, kind: Kind, listed: Sequence[JSONObject], *, by_name: bool) -> None:
    """Write a list to stdout.

    Args:
        console: Where to.
        kind: What is listed, also the header.
        listed: The entities in the server's order.
        by_name: Whether to sort by name instead.
    """
    look = _LOOKS[kind]
    rows = ordered(kind, listed, by_name=by_name)
    if console.document(kind, [*rows]):
        return
    console.line(console.bold(kind))
    for each in rows:
        console.line(look.row(each))


def ordered(kind: Kind, listed: Sequence[JSONObject], *, by_name: bool) -> Sequence[JSONObject]:
    """Give the entities of a list in the order in which they are shown."""
    return sorted(listed, key=_LOOKS[kind].order) if by_name else listed


def show_pages(
    console: Console, kind: Kind, pages: Iterable[Sequence[JSONObject]], *, by_name: bool
) -> None:
    """Write a list to stdout page by page, each one before the next is asked for.

    Only what needs all of it first, another order or another format, waits for the last page.

    Args:
        console: Where to.
        kind: What is listed, also the header.
        pages: The entities in the server's order, at least one page.
        by_name: Whether to sort by name instead.
    """
    if by_name:
        show(console, kind, [each for page in pages for each in page], by_name=True)
        return
    if console.pages(kind, pages):
        return
    look = _LOOKS[kind]
    for number, page in enumerate(pages):
        if number == 0:
            console.line(console.bold(kind))
        for each in page:
            console.line(look.row(each))
        console.flush()


def annotation(entity: JSONObject, key: str) -> JSONValue:
    """Find the value of an annotation, ``None`` if there is none."""
    for each in items(entity.get("annotations")):
        pair = members(each)
        if pair.get("key") == key:
            return pair.get("value")
    return None


def full_name(entity: JSONObject) -> str:
    """Give the name with namespace and package, as ``/ns/pkg/name``."""
    return f"/{text_of(entity.get('namespace'))}/{text_of(entity.get('name'))}"


def _action_row(action: JSONObject) -> str:
    kind = text_of(annotation(action, "exec"))
    return f"{full_name(action):<{NAME_WIDTH}} private {kind}"


def _package_row(package: JSONObject) -> str:
    visible = "shared" if package.get("publish") is True else "private"
    return f"{full_name(package):<{NAME_WIDTH}} {visible}"


def _trigger_row(trigger: JSONObject) -> str:
    return f"{full_name(trigger):<{NAME_WIDTH}} private"


def _rule_row(rule: JSONObject) -> str:
    status = text_of(rule.get("status"))
    return f"{full_name(rule):<{NAME_WIDTH}} {'private':<{STATUS_WIDTH}} {status}"


def _by_name(entity: JSONObject) -> tuple[bool, str]:
    joined = text_of(entity.get("namespace")) + text_of(entity.get("name"))
    return False, joined.lower()


def _packaged_last(action: JSONObject) -> tuple[bool, str]:
    if "/" in text_of(action.get("namespace")):
        return True, _by_name(action)[1]
    # The reference sorts those of the default package by case.
    return False, text_of(action.get("name"))


_LOOKS: dict[Kind, _Look] = {
    "actions": _Look(row=_action_row, order=_packaged_last),
    "packages": _Look(row=_package_row, order=_by_name),
    "triggers": _Look(row=_trigger_row, order=_by_name),
    "rules": _Look(row=_rule_row, order=_by_name),
}

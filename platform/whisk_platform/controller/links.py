"""Links: what a trigger knows of its rules, and changing both documents together.

A rule's status and the action it runs live in the trigger's document. Every change of a link is
one write of all documents concerned. Source: contracts rest-api §2.5, State placement.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec

from whisk_platform.common.errors import ConflictError, DocumentConflictError
from whisk_platform.controller.catalog import Catalog
from whisk_platform.entities.action import RuleLink, Trigger
from whisk_platform.entities.names import FullyQualifiedEntityName

ATTEMPTS = 64
"""Of attaching to a trigger that others attach to as well: each failure is another's success."""

AnswerT = TypeVar("AnswerT")


def linked(trigger: Trigger, rule: FullyQualifiedEntityName, link: RuleLink) -> Trigger:
    """The trigger with a rule attached, or attached differently."""
    return msgspec.structs.replace(trigger, rules={**(trigger.rules or {}), str(rule): link})


def unlinked(trigger: Trigger, rule: FullyQualifiedEntityName) -> Trigger:
    """The trigger without a rule."""
    if trigger.rules is None or str(rule) not in trigger.rules:
        return trigger
    rules = {name: link for name, link in trigger.rules.items() if name != str(rule)}
    return msgspec.structs.replace(trigger, rules=rules)


def is_active(trigger: Trigger | None, rule: FullyQualifiedEntityName) -> bool:
    """A rule's status; without a trigger, or unknown to it, a rule is inactive."""
    if trigger is None or trigger.rules is None:
        return False
    link = trigger.rules.get(str(rule))
    return link is not None and link.active


async def find_trigger(catalog: Catalog, name: FullyQualifiedEntityName) -> Trigger | None:
    """The trigger that a rule names; None also if something else has that name by now."""
    try:
        return await catalog.find(name, Trigger)
    except ConflictError:
        return None


async def until_unopposed(
    attempt: Callable[[], Awaitable[AnswerT]], own: Callable[[], Awaitable[object]]
) -> AnswerT:
    """Repeat a change of several documents while only the others change in between.

    Two clients that attach their rules to one trigger at the same time both succeed; a client whose
    own entity was changed by somebody else learns it.

    Args:
        attempt: reads everything it needs and writes all or none.
        own: reads what the client itself sees as its entity, to be compared.

    Raises:
        DocumentConflictError: the client's own entity has changed.
    """
    before = await own()
    for _ in range(ATTEMPTS):
        try:
            return await attempt()
        except DocumentConflictError:
            if await own() != before:
                raise
    return await attempt()


def without_links(trigger: Trigger | None) -> Trigger | None:
    """What the owner of a trigger sees as his: rules come and go without his doing."""
    if trigger is None:
        return None
    return msgspec.structs.replace(trigger, rules=None, revision=0)

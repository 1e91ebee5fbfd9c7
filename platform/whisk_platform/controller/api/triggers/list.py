"""``GET …/triggers``: a page of the namespace's triggers.

Source: contracts rest-api §1.8, §2.4.
"""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, list_answer
from whisk_platform.controller.entitlement import owned_namespace
from whisk_platform.controller.lists import count_answer, page
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities import wire
from whisk_platform.entities.action import Collection, Trigger


async def list_triggers(services: Services, request: Request) -> Answer:
    """Answer summaries, the most recently updated first, or their number."""
    namespace = owned_namespace(request)
    wanted = page(request, "triggers", services.limits)
    if wanted.count:
        total = await services.catalog.count(Collection.TRIGGERS, namespace)
        return count_answer("triggers", total, wanted)
    triggers = await services.catalog.list(Trigger, namespace, skip=wanted.skip, limit=wanted.limit)
    return list_answer(map(wire.summary, triggers))

"""``GET …/rules``: a page of the namespace's rules, without their status.

Source: contracts rest-api §1.8, §2.5.
"""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, list_answer
from whisk_platform.controller.entitlement import owned_namespace
from whisk_platform.controller.lists import count_answer, page
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities import wire
from whisk_platform.entities.action import Collection, Rule


async def list_rules(services: Services, request: Request) -> Answer:
    """Answer summaries, the most recently updated first, or their number."""
    namespace = owned_namespace(request)
    wanted = page(request, "rules", services.limits)
    if wanted.count:
        total = await services.catalog.count(Collection.RULES, namespace)
        return count_answer("rules", total, wanted)
    rules = await services.catalog.list(Rule, namespace, skip=wanted.skip, limit=wanted.limit)
    return list_answer(map(wire.rule_summary, rules))

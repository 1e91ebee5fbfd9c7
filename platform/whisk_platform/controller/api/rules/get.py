"""``GET …/rules/{name}``: one rule, with the status that its trigger knows.

Source: contracts rest-api §2.5.
"""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, object_answer
from whisk_platform.controller.entitlement import owned_name
from whisk_platform.controller.links import find_trigger, is_active
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities import wire
from whisk_platform.entities.action import Rule


async def get(services: Services, request: Request) -> Answer:
    """Answer the rule."""
    rule = await services.catalog.get(owned_name(request), Rule)
    trigger = await find_trigger(services.catalog, rule.trigger)
    return object_answer(wire.rule(rule, is_active(trigger, rule.fqn)))

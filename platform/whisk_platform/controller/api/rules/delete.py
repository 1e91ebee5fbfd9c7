"""``DELETE …/rules/{name}``: remove a rule in any status, and its link from the trigger.

Source: contracts rest-api §2.5.
"""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, object_answer
from whisk_platform.controller.catalog import Write
from whisk_platform.controller.entitlement import owned_name
from whisk_platform.controller.links import find_trigger, unlinked, until_unopposed
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities import wire
from whisk_platform.entities.action import Rule


async def delete(services: Services, request: Request) -> Answer:
    """Delete the rule and answer its last state, inactive.

    The link goes first: a rule without one is merely inactive, a link without a rule would fire.
    """
    fqn = owned_name(request)

    async def remove() -> Rule:
        rule = await services.catalog.get(fqn, Rule)
        trigger = await find_trigger(services.catalog, rule.trigger)
        if trigger is not None and (free := unlinked(trigger, fqn)) is not trigger:
            await services.catalog.put_all([Write(entity=free)])
        await services.catalog.delete(rule)
        return rule

    async def own() -> Rule | None:
        return await services.catalog.find(fqn, Rule)

    return object_answer(wire.rule(await until_unopposed(remove, own), active=False))

"""``DELETE …/triggers/{name}``: remove a trigger; its rules stay and report inactive.

Source: contracts rest-api §2.4.
"""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, object_answer
from whisk_platform.controller.entitlement import owned_name
from whisk_platform.controller.links import until_unopposed, without_links
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities import wire
from whisk_platform.entities.action import Trigger


async def delete(services: Services, request: Request) -> Answer:
    """Delete the trigger and answer its last state."""
    fqn = owned_name(request)

    async def remove() -> Trigger:
        trigger = await services.catalog.get(fqn, Trigger)
        await services.catalog.delete(trigger)
        return trigger

    async def own() -> Trigger | None:
        return without_links(await services.catalog.find(fqn, Trigger))

    return object_answer(wire.trigger(await until_unopposed(remove, own)))

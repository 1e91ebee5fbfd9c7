"""``GET …/triggers/{name}``: one trigger in full.

Source: contracts rest-api §2.4.
"""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, object_answer
from whisk_platform.controller.entitlement import owned_name
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities import wire
from whisk_platform.entities.action import Trigger


async def get(services: Services, request: Request) -> Answer:
    """Answer the trigger with its rules."""
    trigger = await services.catalog.get(owned_name(request), Trigger)
    return object_answer(wire.trigger(trigger))

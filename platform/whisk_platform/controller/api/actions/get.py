"""``GET …/actions/[pkg/]name``: one action, with what its packages add.

Source: contracts rest-api §2.2.1, §2.2.4.
"""

from __future__ import annotations

import msgspec

from whisk_platform.controller.answer import Answer, object_answer
from whisk_platform.controller.api.actions.rendering import action_answer
from whisk_platform.controller.entitlement import named
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities import wire


async def get(services: Services, request: Request) -> Answer:
    """Show an action; ``code=false`` leaves its code out."""
    with_code = request.flag("code", default=True)
    found = await services.resolver.action(named(request), request.identity)
    action = msgspec.structs.replace(found.action, parameters=found.parameters)
    if with_code:
        return await action_answer(services, action)
    members = wire.action(action, None)
    if found.binding is not None:
        members["binding"] = wire.raw(str(found.binding))
    return object_answer(members)

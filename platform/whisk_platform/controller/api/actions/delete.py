"""``DELETE …/actions/[pkg/]name``.

Source: contracts rest-api §2.0, §2.2.4.
"""

from __future__ import annotations

from whisk_platform.controller.answer import Answer
from whisk_platform.controller.api.actions.packaging import check_package
from whisk_platform.controller.api.actions.rendering import answer_with_code, stored_code
from whisk_platform.controller.entitlement import owned_name
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities.action import Action


async def delete(services: Services, request: Request) -> Answer:
    """Delete an action and answer with its last state."""
    fqn = owned_name(request)
    await check_package(services.catalog, fqn)
    action = await services.catalog.get(fqn, Action)
    code = await stored_code(services, action)
    await services.catalog.delete(action)
    return await answer_with_code(action, code)

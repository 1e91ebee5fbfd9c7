"""``DELETE /api/v1/admin/namespaces/name/limits``: back to the system's limits."""

from __future__ import annotations

from whisk_platform.common.errors import NotFoundError
from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.api.admin.effect import take_effect
from whisk_platform.controller.api.admin.limits.document import members
from whisk_platform.controller.api.admin.namespaces.namespace import existing, namespace_name
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services


async def delete(services: Services, request: Request) -> Answer:
    """Delete the document. Answers with what was deleted."""
    name = namespace_name(request)
    async with services.operations.changes:
        document = members((await existing(services, name)).identity.limits)
        if not document:
            raise NotFoundError(f"The namespace '{name}' has no limits of its own.")
        await services.subjects.set_limits(name, None)
        await take_effect(services)
    return json_answer(document)

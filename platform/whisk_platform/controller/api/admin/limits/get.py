"""``GET /api/v1/admin/namespaces/name/limits``: the members that the namespace has of its own."""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.api.admin.limits.document import members
from whisk_platform.controller.api.admin.namespaces.namespace import existing, namespace_name
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services


async def get(services: Services, request: Request) -> Answer:
    """Show a limits document; where it has no member, the system's value holds."""
    namespace = await existing(services, namespace_name(request))
    return json_answer(members(namespace.identity.limits))

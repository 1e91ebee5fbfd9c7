"""``GET /api/v1/admin/namespaces/name``: one namespace, without its key."""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.api.admin.namespaces.namespace import existing, namespace_name, shown
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services


async def get(services: Services, request: Request) -> Answer:
    """Show a namespace with its subject and its own limits."""
    return json_answer(shown(await existing(services, namespace_name(request))))

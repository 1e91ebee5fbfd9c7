"""``GET /api/v1/admin/namespaces``: all namespaces by name, without keys."""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.api.admin.namespaces.namespace import owned, shown
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services


async def list_namespaces(services: Services, request: Request) -> Answer:
    """List every namespace with its subject and its own limits."""
    found = sorted(owned(await services.subjects.list()), key=lambda each: each.identity.namespace)
    return json_answer([shown(each) for each in found])

"""``GET /api/v1/admin/invokers``: every invoker with its counts and its capacity."""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.api.admin.invokers.invoker import shown
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services


async def list_invokers(services: Services, request: Request) -> Answer:
    """List every invoker."""
    invokers = services.operations.invokers
    return json_answer([shown(name, await each.status()) for name, each in invokers.items()])

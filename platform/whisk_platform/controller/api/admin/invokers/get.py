"""``GET /api/v1/admin/invokers/name``: one invoker."""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.api.admin.invokers.invoker import named_invoker, shown
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services


async def get(services: Services, request: Request) -> Answer:
    """Show an invoker."""
    name, invoker = named_invoker(services, request)
    return json_answer(shown(name, await invoker.status()))

"""``POST /api/v1/admin/invokers/name`` with ``{"enabled": true|false}``: drain it, or end that.

Source: contracts data-plane §4.8.
"""

from __future__ import annotations

from whisk_platform.common.errors import MalformedContentError
from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.api.admin.body import operator_body
from whisk_platform.controller.api.admin.invokers.invoker import named_invoker, shown
from whisk_platform.controller.api.admin.operator import note
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services


async def enable(services: Services, request: Request) -> Answer:
    """Let an invoker take work, or let it finish what it has and take nothing new."""
    name, invoker = named_invoker(services, request)
    enabled = (await operator_body(request, frozenset({"enabled"}))).get("enabled")
    if not isinstance(enabled, bool):
        raise MalformedContentError("'enabled' must be true or false")
    note(request, enabled=enabled)
    if enabled:
        await invoker.enable()
    else:
        await invoker.disable()
    return json_answer(shown(name, await invoker.status()))

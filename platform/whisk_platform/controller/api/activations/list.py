"""``GET …/activations``: a page of a namespace's records, filtered; or a watch of them.

Source: contracts rest-api §2.6.2, §2.6.5, appendix D 11, 12, 21.
"""

from __future__ import annotations

from whisk_platform.common.errors import BadRequestError
from whisk_platform.controller import texts
from whisk_platform.controller.answer import Answer, list_answer
from whisk_platform.controller.api.activations.query import activation_filter
from whisk_platform.controller.api.activations.rendering import rendered
from whisk_platform.controller.api.activations.watch import watch_activations
from whisk_platform.controller.entitlement import owned_namespace
from whisk_platform.controller.lists import count_answer, page
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities import wire


async def list_activations(services: Services, request: Request) -> Answer:
    """Answer summaries or, with ``docs``, whole records, newest first; or their number.

    With ``watch``, what happens from now on.
    """
    if request.flag("watch"):
        return await watch_activations(services, request)
    namespace = owned_namespace(request)
    wanted = page(request, "activations", services.limits)
    docs = request.flag("docs")
    matching = activation_filter(request, namespace)
    if wanted.count:
        if docs:
            raise BadRequestError(texts.COUNT_WITH_DOCS)
        total = await services.activations.count(matching)
        return count_answer("activations", total, wanted)
    records = await services.activations.list(
        matching, skip=wanted.skip, limit=wanted.limit, docs=docs
    )
    render = wire.activation if docs else wire.activation_summary
    return await rendered(records, lambda: list_answer(map(render, records)))

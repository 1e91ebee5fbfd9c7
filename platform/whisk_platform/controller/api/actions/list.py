"""``GET …/actions`` and ``GET …/actions/pkg/``: lists, the newest first.

Source: contracts rest-api §1.8, §2.2.3.
"""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, joined_answer
from whisk_platform.controller.entitlement import owned_namespace
from whisk_platform.controller.lists import count_answer, page
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities import wire
from whisk_platform.entities.action import Action, Collection
from whisk_platform.entities.names import FullyQualifiedEntityName, check_entity_name

_COLLECTION = Collection.ACTIONS


async def list_actions(services: Services, request: Request) -> Answer:
    """List the actions of a namespace, those in packages included."""
    return await _list(services, request, owned_namespace(request), None)


async def list_packaged_actions(services: Services, request: Request) -> Answer:
    """List the actions of a package; of a binding the provider's."""
    name = FullyQualifiedEntityName(
        request.namespace, None, check_entity_name(request.param("package"))
    )
    found = await services.resolver.package(name, request.identity)
    provider = found.package.fqn
    return await _list(services, request, provider.namespace, provider.name)


async def _list(
    services: Services, request: Request, namespace: str, package: str | None
) -> Answer:
    wanted = page(request, _COLLECTION.value, services.limits)
    if wanted.count:
        total = await services.catalog.count(_COLLECTION, namespace, package=package)
        return count_answer(_COLLECTION.value, total, wanted)
    page_of = await services.catalog.summaries(
        Action,
        namespace,
        wire.action_summary,
        package=package,
        skip=wanted.skip,
        limit=wanted.limit,
    )
    return joined_answer(page_of)

"""``GET …/packages``: all of one's own, the public ones of others.

Source: contracts rest-api §1.8, §1.9, §2.3.1.
"""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, list_answer
from whisk_platform.controller.lists import count_answer, page
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities import wire
from whisk_platform.entities.action import Collection, Package

_COLLECTION = Collection.PACKAGES


async def list_packages(services: Services, request: Request) -> Answer:
    """List the packages of a namespace; of an unknown one there are none."""
    namespace = request.namespace
    stranger = namespace != request.identity.namespace
    wanted = page(request, _COLLECTION.value, services.limits)
    if wanted.count:
        total = await services.catalog.count(_COLLECTION, namespace, public_only=stranger)
        return count_answer(_COLLECTION.value, total, wanted)
    packages = await services.catalog.list(
        Package, namespace, public_only=stranger, skip=wanted.skip, limit=wanted.limit
    )
    return list_answer(map(wire.package_summary, packages))

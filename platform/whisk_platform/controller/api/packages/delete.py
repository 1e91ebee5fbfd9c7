"""``DELETE …/packages/name``: an empty one, a binding, or with ``force=true`` all that is in it.

Source: contracts rest-api §2.3.2.
"""

from __future__ import annotations

from whisk_platform.common.errors import ConflictError
from whisk_platform.controller import texts
from whisk_platform.controller.answer import Answer, object_answer
from whisk_platform.controller.catalog import Catalog
from whisk_platform.controller.entitlement import owned_name
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities import wire
from whisk_platform.entities.action import Action, Collection, Package


async def delete(services: Services, request: Request) -> Answer:
    """Delete a package or binding and answer with its last state."""
    fqn = owned_name(request)
    force = request.flag("force")
    package = await services.catalog.get(fqn, Package)
    if package.binding is not None:
        await services.catalog.delete(package)
    elif force:
        await _delete_with_contents(services.catalog, package)
    else:
        await _delete_empty(services.catalog, package)
    return object_answer(wire.package(package))


async def _delete_empty(catalog: Catalog, package: Package) -> None:
    fqn = package.fqn
    count = await catalog.count(Collection.ACTIONS, fqn.namespace, package=fqn.name)
    if count:
        raise ConflictError(texts.package_not_empty(count))
    await catalog.delete(package)


async def _delete_with_contents(catalog: Catalog, package: Package) -> None:
    fqn = package.fqn
    contents = await catalog.list(Action, fqn.namespace, package=fqn.name)
    await catalog.delete(*contents, package)

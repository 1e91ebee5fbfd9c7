"""The package around an action that is written or deleted.

Source: contracts rest-api §2.2.4.
"""

from __future__ import annotations

from whisk_platform.common.errors import BadRequestError
from whisk_platform.controller import texts
from whisk_platform.controller.catalog import Catalog
from whisk_platform.entities.action import Package
from whisk_platform.entities.names import FullyQualifiedEntityName


async def check_package(catalog: Catalog, fqn: FullyQualifiedEntityName) -> None:
    """Verify that the package of an action, if it has one, may hold it.

    Raises:
        NotFoundError: there is no such package.
        ConflictError: the name belongs to something that is no package.
        BadRequestError: it is a binding; its provider is the place.
    """
    if fqn.package_name is None:
        return
    package = await catalog.get(fqn.package_name, Package)
    if package.binding is not None:
        raise BadRequestError(texts.NOT_ON_BINDING)

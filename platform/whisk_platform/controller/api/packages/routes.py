"""Paths of ``packages``. There is no POST: also ``POST …/packages/refresh`` is answered 404."""

from __future__ import annotations

from starlette.routing import Route

from whisk_platform.controller.api.packages.delete import delete
from whisk_platform.controller.api.packages.get import get
from whisk_platform.controller.api.packages.list import list_packages
from whisk_platform.controller.api.packages.put import put
from whisk_platform.controller.routing import NAMESPACE, path
from whisk_platform.controller.services import Services


def package_routes(services: Services) -> list[Route]:
    """Packages and bindings."""
    return [
        path(services, NAMESPACE + "/packages", get=list_packages),
        path(services, NAMESPACE + "/packages/", get=list_packages),
        path(services, NAMESPACE + "/packages/{name}", get=get, put=put, delete=delete),
    ]

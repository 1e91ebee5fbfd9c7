"""Paths of ``/api/v1/admin/namespaces``: namespaces, their limits and keys."""

from __future__ import annotations

from starlette.routing import Route

from whisk_platform.controller.api.admin.keys.rotate import rotate
from whisk_platform.controller.api.admin.limits.delete import delete as delete_limits
from whisk_platform.controller.api.admin.limits.get import get as get_limits
from whisk_platform.controller.api.admin.limits.put import change, replace
from whisk_platform.controller.api.admin.namespaces.get import get
from whisk_platform.controller.api.admin.namespaces.list import list_namespaces
from whisk_platform.controller.api.admin.operator import operator_path
from whisk_platform.controller.services import Services

NAMESPACES = "/api/v1/admin/namespaces"


def operated_namespace_routes(services: Services) -> list[Route]:
    """Namespaces, for operators."""
    every = ("list_namespaces", list_namespaces)
    return [
        operator_path(services, NAMESPACES, get=every),
        operator_path(services, NAMESPACES + "/", get=every),
        operator_path(services, NAMESPACES + "/{namespace}", get=("get_namespace", get)),
        operator_path(
            services,
            NAMESPACES + "/{namespace}/limits",
            get=("get_limits", get_limits),
            put=("set_limits", replace),
            patch=("change_limits", change),
            delete=("delete_limits", delete_limits),
        ),
        operator_path(services, NAMESPACES + "/{namespace}/key", post=("rotate_key", rotate)),
    ]

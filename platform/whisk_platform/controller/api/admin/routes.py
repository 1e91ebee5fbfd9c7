"""The operator API below ``/api/v1/admin``."""

from __future__ import annotations

from starlette.routing import Route

from whisk_platform.controller.api.admin.invokers.routes import ADMIN, operated_invoker_routes
from whisk_platform.controller.api.admin.keys.rotate_master import rotate_master
from whisk_platform.controller.api.admin.namespaces.routes import operated_namespace_routes
from whisk_platform.controller.api.admin.operator import operator_path
from whisk_platform.controller.api.admin.subjects.routes import subject_routes
from whisk_platform.controller.services import Services


def admin_routes(services: Services) -> list[Route]:
    """Everything that takes the system key."""
    return [
        *subject_routes(services),
        *operated_namespace_routes(services),
        *operated_invoker_routes(services),
        operator_path(services, ADMIN + "/master-key", post=("rotate_master_key", rotate_master)),
    ]

"""The operator API below ``/api/v1/admin``."""

from __future__ import annotations

from starlette.routing import Route

from whisk_platform.controller.api.admin.invokers.routes import operated_invoker_routes
from whisk_platform.controller.api.admin.namespaces.routes import operated_namespace_routes
from whisk_platform.controller.api.admin.subjects.routes import subject_routes
from whisk_platform.controller.services import Services


def admin_routes(services: Services) -> list[Route]:
    """Everything that takes the system key."""
    return [
        *subject_routes(services),
        *operated_namespace_routes(services),
        *operated_invoker_routes(services),
    ]

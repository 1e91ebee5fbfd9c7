"""Paths of ``namespaces``; a single namespace has no document."""

from __future__ import annotations

from starlette.routing import Route

from whisk_platform.controller.api.namespaces.list import list_namespaces
from whisk_platform.controller.routing import path
from whisk_platform.controller.services import Services


def namespace_routes(services: Services) -> list[Route]:
    """The list of the caller's namespaces."""
    return [
        path(services, "/api/v1/namespaces", get=list_namespaces),
        path(services, "/api/v1/namespaces/", get=list_namespaces),
    ]

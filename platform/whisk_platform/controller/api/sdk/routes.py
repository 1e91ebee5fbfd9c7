"""Paths of the archives; anybody may read them."""

from __future__ import annotations

from starlette.routing import Route

from whisk_platform.controller.api.sdk.docker import docker_skeleton
from whisk_platform.controller.routing import path
from whisk_platform.controller.services import Services


def sdk_routes(services: Services) -> list[Route]:
    """One archive."""
    return [path(services, "/blackbox.tar.gz", public=True, get=docker_skeleton)]

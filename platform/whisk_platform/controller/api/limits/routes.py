"""Paths of ``limits``."""

from __future__ import annotations

from starlette.routing import Route

from whisk_platform.common.errors import BadRequestError
from whisk_platform.controller import texts
from whisk_platform.controller.answer import Answer
from whisk_platform.controller.api.limits.get import get
from whisk_platform.controller.request import Request
from whisk_platform.controller.routing import NAMESPACE, path
from whisk_platform.controller.services import Services


def limit_routes(services: Services) -> list[Route]:
    """A namespace's limits; a single limit has no document."""
    return [
        path(services, NAMESPACE + "/limits", get=get),
        path(services, NAMESPACE + "/limits/", get=get),
        path(services, NAMESPACE + "/limits/{name}", get=_inner),
    ]


async def _inner(services: Services, request: Request) -> Answer:
    raise BadRequestError(texts.INNER_LIMITS)

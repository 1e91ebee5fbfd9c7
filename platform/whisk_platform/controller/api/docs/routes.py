"""Paths of the API's own description; all of them answer without a key."""

from __future__ import annotations

from starlette.routing import Route

from whisk_platform.controller.api.docs.get import get_openapi, get_swagger
from whisk_platform.controller.api.docs.page import page, to_page
from whisk_platform.controller.routing import Verb, path
from whisk_platform.controller.services import Services

_PLACES: tuple[tuple[str, Verb], ...] = (
    ("/api/v1/api-docs", get_swagger),
    ("/api-docs", get_swagger),
    ("/api/v1/openapi.json", get_openapi),
    ("/api/v1/docs", to_page),
    ("/docs", to_page),
    ("/api/v1/docs/{file}", page),
)


def docs_routes(services: Services) -> list[Route]:
    """Documents and the page."""
    return [path(services, place, public=True, get=verb) for place, verb in _PLACES]

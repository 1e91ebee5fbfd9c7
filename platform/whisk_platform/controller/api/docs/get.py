"""``GET /api/v1/api-docs`` and ``/api/v1/openapi.json``: the API as a document.

Source: contracts rest-api §1.1.
"""

from __future__ import annotations

from functools import cache

from whisk_platform.common.jsontext import dumps
from whisk_platform.controller.answer import Answer
from whisk_platform.controller.api.docs import openapi, swagger
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services


async def get_swagger(services: Services, request: Request) -> Answer:
    """Answer the Swagger 2.0 document."""
    return Answer(body=_swagger())


async def get_openapi(services: Services, request: Request) -> Answer:
    """Answer the OpenAPI 3 document."""
    return Answer(body=_openapi())


@cache
def _swagger() -> bytes:
    return dumps(swagger.document())


@cache
def _openapi() -> bytes:
    return dumps(openapi.document())

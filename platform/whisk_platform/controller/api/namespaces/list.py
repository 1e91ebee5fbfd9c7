"""``GET /api/v1/namespaces``.

Source: contracts rest-api §2.1.
"""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services


async def list_namespaces(services: Services, request: Request) -> Answer:
    """List the one namespace that the presented key selects."""
    return json_answer([request.identity.namespace])

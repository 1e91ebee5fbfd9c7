"""``GET /api/v1``: version and build of the API.

Source: contracts rest-api §1.3.
"""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services


async def api_document(services: Services, request: Request) -> Answer:
    """Describe the API."""
    return json_answer(
        {
            "description": "OpenWhisk API",
            "api_version": "1.0.0",
            "api_version_path": "v1",
            "build": services.build,
            "buildno": services.build_number,
            "swagger_paths": {"ui": "/docs", "api-docs": "/api-docs"},
        }
    )

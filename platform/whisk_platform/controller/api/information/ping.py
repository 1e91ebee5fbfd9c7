"""``GET /ping``.

Source: contracts rest-api §1.1.
"""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, text_answer
from whisk_platform.controller.api.information.cors import for_operators
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services


async def ping(services: Services, request: Request) -> Answer:
    """Answer ``pong``."""
    return for_operators(text_answer("pong"))

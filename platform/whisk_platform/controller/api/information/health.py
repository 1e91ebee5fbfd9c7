"""``GET /health/live`` and ``/health/ready``: for whoever restarts or routes; anybody may ask.

Source: design.md §5, Operators.
"""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.api.information.cors import for_operators
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services


async def live(services: Services, request: Request) -> Answer:
    """Answer, which is the proof."""
    return for_operators(json_answer({"live": True}))


async def ready(services: Services, request: Request) -> Answer:
    """Tell whether requests may be sent here: 200 if so, else 503 with the reasons."""
    reasons = await services.operations.readiness.reasons()
    document = {"ready": not reasons, "reasons": reasons}
    return for_operators(json_answer(document, status=503 if reasons else 200))

"""``POST /disable`` and ``/enable``: drain this controller, and end that.

Drained, it refuses what would begin something (503) and says that it is not ready; what has begun
ends, and everything can be read and changed. ``/enable`` is ours: the reference wants a restart.
Source: contracts rest-api §1.1.
"""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, text_answer
from whisk_platform.controller.api.information.cors import for_operators
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services


async def disable(services: Services, request: Request) -> Answer:
    """Take no new work."""
    services.operations.admission.enabled = False
    return for_operators(text_answer("controller disabled"))


async def enable(services: Services, request: Request) -> Answer:
    """Take new work again."""
    services.operations.admission.enabled = True
    return for_operators(text_answer("controller enabled"))

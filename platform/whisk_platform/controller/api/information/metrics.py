"""``GET /metrics``: what was counted, for Prometheus.

Source: contracts rest-api §1.1, data-plane §9.
"""

from __future__ import annotations

import asyncio

from whisk_platform.common.metrics import render
from whisk_platform.controller.activity.metrics import watching
from whisk_platform.controller.answer import Answer
from whisk_platform.controller.api.information.cors import for_operators
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services


async def metrics(services: Services, request: Request) -> Answer:
    """Ask every source, and write what they told in the format that the scraper prefers."""
    families = [family for source in services.operations.metrics for family in source()]
    families += watching(services.activity.hub)
    accept = request.header(b"accept") or ""
    body, content_type = await asyncio.to_thread(render, families, accept)
    return for_operators(Answer(body=body, content_type=content_type.encode()))

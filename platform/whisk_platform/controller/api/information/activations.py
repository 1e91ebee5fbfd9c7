"""``GET /activation`` and ``/activation/count``: what is under way.

Source: contracts rest-api §1.1.
"""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.api.information.cors import for_operators
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services


async def in_flight(services: Services, request: Request) -> Answer:
    """List the ids of the activations under way."""
    return for_operators(json_answer(services.balancer.in_flight_ids()))


async def count_activations(services: Services, request: Request) -> Answer:
    """Count the activations under way."""
    return for_operators(json_answer(len(services.balancer.in_flight_ids())))

"""``GET /invokers``, ``/invokers/healthy/count``, ``/invokers/ready``: where actions run.

Source: contracts rest-api §1.1.
"""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.api.information.cors import for_operators
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.spi.operations import InvokerState


async def invokers(services: Services, request: Request) -> Answer:
    """Show every invoker with its status."""
    found = services.operations.invokers.items()
    return for_operators(json_answer({name: invoker.state for name, invoker in found}))


async def count_healthy(services: Services, request: Request) -> Answer:
    """Count the invokers that take work."""
    return for_operators(json_answer(_usable(services)))


async def ready(services: Services, request: Request) -> Answer:
    """Tell whether all invokers take work: 200 if so, else 500."""
    usable, total = _usable(services), len(services.operations.invokers)
    share = f"{usable}/{total}"
    if total and usable == total:
        return for_operators(json_answer({"healthy": share}))
    return for_operators(json_answer({"unhealthy": share}, status=500))


def _usable(services: Services) -> int:
    found = services.operations.invokers.values()
    return sum(invoker.state is InvokerState.UP for invoker in found)

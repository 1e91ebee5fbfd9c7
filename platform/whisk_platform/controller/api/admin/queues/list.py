"""``GET /api/v1/admin/queues``: how much waits, and for which actions."""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.spi.operations import QueueStatus


async def list_queues(services: Services, request: Request) -> Answer:
    """Show the depth of every queue, the longest of each invoker first."""
    queues = [
        (name, queue)
        for name, invoker in services.operations.invokers.items()
        for queue in await invoker.queues()
    ]
    return json_answer(
        {
            "inFlight": len(services.balancer.in_flight_ids()),
            "waiting": sum(queue.waiting for _, queue in queues),
            "unwrittenRecords": services.activations.unwritten(),
            "actions": [_shown(name, queue) for name, queue in queues],
        }
    )


def _shown(invoker: str, queue: QueueStatus) -> dict[str, object]:
    return {
        "invoker": invoker,
        "namespace": queue.namespace,
        "action": queue.action,
        "kind": queue.kind,
        "memoryMB": queue.memory_mb,
        "waiting": queue.waiting,
        "oldestMs": queue.oldest_ms,
    }

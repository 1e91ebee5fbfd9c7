"""``GET /api/v1/admin/containers``: every container of every invoker, the oldest first."""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.spi.operations import ContainerStatus


async def list_containers(services: Services, request: Request) -> Answer:
    """List what actions run in."""
    return json_answer(
        [
            _shown(name, container)
            for name, invoker in services.operations.invokers.items()
            for container in await invoker.containers()
        ]
    )


def _shown(invoker: str, container: ContainerStatus) -> dict[str, object]:
    return {
        "id": container.id,
        "invoker": invoker,
        "kind": container.kind,
        "state": container.state,
        "namespace": container.namespace,
        "action": container.action,
        "activations": container.activations,
        "memoryMB": container.memory_mb,
        "ageMs": container.age_ms,
        "idleMs": container.idle_ms,
    }

"""An invoker in paths and answers of the operator API."""

from __future__ import annotations

from whisk_platform.common.errors import NotFoundError
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.spi.operations import InvokerOperations, InvokerStatus


def named_invoker(services: Services, request: Request) -> tuple[str, InvokerOperations]:
    """The invoker in the path: ``invoker0/0``, or its first half.

    Raises:
        NotFoundError: there is none of that name.
    """
    name = request.param("invoker")
    for instance, invoker in services.operations.invokers.items():
        if name in (instance, instance.partition("/")[0]):
            return instance, invoker
    known = ", ".join(services.operations.invokers) or "none"
    raise NotFoundError(f"There is no invoker '{name}'. Known: {known}.")


def shown(name: str, status: InvokerStatus) -> dict[str, object]:
    """An invoker as operators see it."""
    return {
        "name": name,
        "status": status.state,
        "enabled": status.enabled,
        "drained": status.drained,
        "activations": status.activations,
        "waiting": status.waiting,
        "containers": {
            "total": status.containers,
            "busy": status.busy,
            "starting": status.starting,
            "idle": status.idle,
            "stemCells": status.stem_cells,
            "paused": status.paused,
            "byKind": status.by_kind,
        },
        "memory": {
            "capacityMB": status.capacity_mb,
            "measuredMB": status.measured_mb,
            "limitsMB": status.limits_mb,
        },
    }

"""The paths of triggers."""

from __future__ import annotations

from starlette.routing import Route

from whisk_platform.controller.api.triggers.delete import delete
from whisk_platform.controller.api.triggers.fire import fire
from whisk_platform.controller.api.triggers.get import get
from whisk_platform.controller.api.triggers.list import list_triggers
from whisk_platform.controller.api.triggers.put import put
from whisk_platform.controller.routing import NAMESPACE, path
from whisk_platform.controller.services import Services


def trigger_routes(services: Services) -> list[Route]:
    """The collection, with or without a slash at its end, and one trigger."""
    collection = NAMESPACE + "/triggers"
    return [
        path(services, collection, get=list_triggers),
        path(services, collection + "/", get=list_triggers),
        path(services, collection + "/{name}", get=get, put=put, delete=delete, post=fire),
    ]

"""The paths of rules."""

from __future__ import annotations

from starlette.routing import Route

from whisk_platform.controller.api.rules.delete import delete
from whisk_platform.controller.api.rules.get import get
from whisk_platform.controller.api.rules.list import list_rules
from whisk_platform.controller.api.rules.put import put
from whisk_platform.controller.api.rules.status import set_status
from whisk_platform.controller.routing import NAMESPACE, path
from whisk_platform.controller.services import Services


def rule_routes(services: Services) -> list[Route]:
    """The collection, with or without a slash at its end, and one rule."""
    collection = NAMESPACE + "/rules"
    return [
        path(services, collection, get=list_rules),
        path(services, collection + "/", get=list_rules),
        path(services, collection + "/{name}", get=get, put=put, delete=delete, post=set_status),
    ]

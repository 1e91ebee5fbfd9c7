"""Paths of what runs: invokers, their containers, their queues."""

from __future__ import annotations

from starlette.routing import Route

from whisk_platform.controller.api.admin.containers.list import list_containers
from whisk_platform.controller.api.admin.invokers.enable import enable
from whisk_platform.controller.api.admin.invokers.get import get
from whisk_platform.controller.api.admin.invokers.list import list_invokers
from whisk_platform.controller.api.admin.operator import operator_path
from whisk_platform.controller.api.admin.queues.list import list_queues
from whisk_platform.controller.services import Services

ADMIN = "/api/v1/admin"


def operated_invoker_routes(services: Services) -> list[Route]:
    """Invokers, containers and queues, for operators."""
    lists = {
        "/invokers": ("list_invokers", list_invokers),
        "/containers": ("list_containers", list_containers),
        "/queues": ("list_queues", list_queues),
    }
    return [
        *(operator_path(services, ADMIN + place, get=verb) for place, verb in lists.items()),
        *(operator_path(services, ADMIN + place + "/", get=verb) for place, verb in lists.items()),
        # An instance is called invoker0/0, whose slash may come as it is.
        operator_path(
            services,
            ADMIN + "/invokers/{invoker:path}",
            get=("get_invoker", get),
            post=("enable_invoker", enable),
        ),
    ]

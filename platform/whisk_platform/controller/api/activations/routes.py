"""The paths of activations."""

from __future__ import annotations

from starlette.routing import Route

from whisk_platform.controller.api.activations.get import get, get_logs, get_result
from whisk_platform.controller.api.activations.list import list_activations
from whisk_platform.controller.routing import NAMESPACE, path
from whisk_platform.controller.services import Services


def activation_routes(services: Services) -> list[Route]:
    """The collection and one record, with or without a slash at the end, and the projections."""
    collection = NAMESPACE + "/activations"
    return [
        path(services, collection, get=list_activations),
        path(services, collection + "/", get=list_activations),
        path(services, collection + "/{name}", get=get),
        path(services, collection + "/{name}/", get=get),
        path(services, collection + "/{name}/result", get=get_result),
        path(services, collection + "/{name}/logs", get=get_logs),
    ]

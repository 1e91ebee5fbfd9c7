"""Paths of the information documents; all of them answer without a key."""

from __future__ import annotations

from starlette.routing import Route

from whisk_platform.controller.api.information.activations import count_activations, in_flight
from whisk_platform.controller.api.information.api import api_document
from whisk_platform.controller.api.information.deployment import deployment
from whisk_platform.controller.api.information.invokers import count_healthy, invokers, ready
from whisk_platform.controller.api.information.ping import ping
from whisk_platform.controller.routing import Verb, path
from whisk_platform.controller.services import Services

_DOCUMENTS: tuple[tuple[str, Verb], ...] = (
    ("/", deployment),
    ("/api/v1", api_document),
    ("/api/v1/", api_document),
    ("/ping", ping),
    ("/invokers", invokers),
    ("/invokers/", invokers),
    ("/invokers/healthy/count", count_healthy),
    ("/invokers/ready", ready),
    ("/activation", in_flight),
    ("/activation/", in_flight),
    ("/activation/count", count_activations),
)


def information_routes(services: Services) -> list[Route]:
    """Documents about the deployment and its state."""
    return [path(services, place, public=True, get=verb) for place, verb in _DOCUMENTS]

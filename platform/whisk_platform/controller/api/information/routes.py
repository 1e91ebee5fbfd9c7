"""Paths of the information documents and of the operator routes outside the operator API.

Whom the latter let in, and why, is told in ``api.admin.operator``.
"""

from __future__ import annotations

from starlette.routing import Route

from whisk_platform.controller.api.admin.operator import Opening, operated
from whisk_platform.controller.api.information import health
from whisk_platform.controller.api.information.activations import count_activations, in_flight
from whisk_platform.controller.api.information.api import api_document
from whisk_platform.controller.api.information.deployment import deployment
from whisk_platform.controller.api.information.disable import disable, enable
from whisk_platform.controller.api.information.invokers import count_healthy, invokers, ready
from whisk_platform.controller.api.information.metrics import metrics
from whisk_platform.controller.api.information.ping import ping
from whisk_platform.controller.routing import Verb, path
from whisk_platform.controller.services import Services

_DOCUMENTS: tuple[tuple[str, Verb], ...] = (
    ("/", deployment),
    ("/api/v1", api_document),
    ("/api/v1/", api_document),
    ("/ping", ping),
    ("/health/live", health.live),
    ("/health/ready", health.ready),
)
"""Anybody may read these."""
_LOOKS: tuple[tuple[str, Verb, Opening], ...] = (
    # States and numbers, which tell nothing of anybody's work.
    ("/invokers", invokers, Opening.LOOPBACK),
    ("/invokers/", invokers, Opening.LOOPBACK),
    ("/invokers/healthy/count", count_healthy, Opening.LOOPBACK),
    ("/invokers/ready", ready, Opening.LOOPBACK),
    ("/activation/count", count_activations, Opening.LOOPBACK),
    # Ids of everybody's activations, names of everybody's actions.
    ("/activation", in_flight, Opening.OWN_LOOPBACK),
    ("/activation/", in_flight, Opening.OWN_LOOPBACK),
    ("/metrics", metrics, Opening.OWN_LOOPBACK),
)
_SWITCHES: tuple[tuple[str, Verb], ...] = (
    ("/disable", disable),
    ("/enable", enable),
)


def information_routes(services: Services) -> list[Route]:
    """Documents about the deployment and its state."""
    return [
        *(path(services, place, public=True, get=verb) for place, verb in _DOCUMENTS),
        *(
            path(services, place, public=True, get=operated(f"get {place}", verb, opening))
            for place, verb, opening in _LOOKS
        ),
        *(
            path(services, place, public=True, post=operated(f"{place[1:]}_controller", verb))
            for place, verb in _SWITCHES
        ),
    ]

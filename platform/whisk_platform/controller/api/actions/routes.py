"""The paths of actions."""

from __future__ import annotations

from starlette.routing import Route

from whisk_platform.controller.answer import Answer
from whisk_platform.controller.api.actions.invoke import invoke
from whisk_platform.controller.request import Request
from whisk_platform.controller.routing import NAMESPACE, path
from whisk_platform.controller.services import Services
from whisk_platform.entities.names import FullyQualifiedEntityName, check_entity_name


def action_routes(services: Services) -> list[Route]:
    """Actions of the default package and of packages; the slash after a package matters."""
    return [
        path(services, NAMESPACE + "/actions/{name}", post=_invoke),
        path(services, NAMESPACE + "/actions/{package}/{name}", post=_invoke),
    ]


async def _invoke(services: Services, request: Request) -> Answer:
    return await invoke(services, request, addressed(request))


def addressed(request: Request) -> FullyQualifiedEntityName:
    """The action that the path names.

    Raises:
        BadRequestError: a name has illegal characters or is too long.
    """
    package = request.scope["path_params"].get("package")
    return FullyQualifiedEntityName(
        request.namespace,
        None if package is None else check_entity_name(package),
        check_entity_name(request.param("name")),
    )

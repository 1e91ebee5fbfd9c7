"""Paths of ``actions``."""

from __future__ import annotations

from starlette.routing import Route

from whisk_platform.controller.answer import Answer
from whisk_platform.controller.api.actions.delete import delete
from whisk_platform.controller.api.actions.get import get
from whisk_platform.controller.api.actions.invoke import invoke
from whisk_platform.controller.api.actions.list import list_actions, list_packaged_actions
from whisk_platform.controller.api.actions.put import put
from whisk_platform.controller.entitlement import named
from whisk_platform.controller.request import Request
from whisk_platform.controller.routing import NAMESPACE, path
from whisk_platform.controller.services import Services


def action_routes(services: Services) -> list[Route]:
    """Actions of the default package and of packages; the slash after a package matters."""
    return [
        path(services, NAMESPACE + "/actions", get=list_actions),
        path(services, NAMESPACE + "/actions/", get=list_actions),
        *(
            path(services, NAMESPACE + template, get=get, put=put, delete=delete, post=_invoke)
            for template in ("/actions/{name}", "/actions/{package}/{name}")
        ),
        path(services, NAMESPACE + "/actions/{package}/", get=list_packaged_actions),
    ]


async def _invoke(services: Services, request: Request) -> Answer:
    return await invoke(services, request, named(request))

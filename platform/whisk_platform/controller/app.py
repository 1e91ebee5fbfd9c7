"""The controller's ASGI application: every route on one screen."""

from __future__ import annotations

from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from whisk_platform.controller import texts
from whisk_platform.controller.answer import error_answer, send_answer, text_answer
from whisk_platform.controller.api.actions.routes import action_routes
from whisk_platform.controller.api.activations.routes import activation_routes
from whisk_platform.controller.api.admin.routes import admin_routes
from whisk_platform.controller.api.docs.routes import docs_routes
from whisk_platform.controller.api.information.routes import information_routes
from whisk_platform.controller.api.limits.routes import limit_routes
from whisk_platform.controller.api.namespaces.routes import namespace_routes
from whisk_platform.controller.api.packages.routes import package_routes
from whisk_platform.controller.api.rules.routes import rule_routes
from whisk_platform.controller.api.sdk.routes import sdk_routes
from whisk_platform.controller.api.triggers.routes import trigger_routes
from whisk_platform.controller.api.web.routes import web_routes
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services


def application(services: Services) -> ASGIApp:
    """Assemble the application."""
    routes: list[Route] = [
        *action_routes(services),
        *package_routes(services),
        *trigger_routes(services),
        *rule_routes(services),
        *activation_routes(services),
        *namespace_routes(services),
        *limit_routes(services),
        *information_routes(services),
        *docs_routes(services),
        *sdk_routes(services),
        *admin_routes(services),
        *web_routes(services),
    ]
    return Router(routes, redirect_slashes=False, default=_Unmatched(services))


class _Unmatched:
    """Answers what no route takes (contract §1.1, appendix D 1)."""

    def __init__(self, services: Services) -> None:
        self._clock = services.clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, self._clock.now_ms())
        inside = scope["path"].startswith("/api/v1")
        if inside and request.method == "OPTIONS":
            answer = text_answer("OK")
        elif inside:
            answer = error_answer(404, texts.ROUTE_NOT_FOUND, request.transid)
        else:
            answer = error_answer(405, texts.METHOD_NOT_ALLOWED, request.transid)
        await send_answer(answer, request.transid, send)

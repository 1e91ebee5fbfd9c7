"""The paths of web actions: everything below one prefix, any method."""

from __future__ import annotations

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from whisk_platform.controller.answer import send_answer
from whisk_platform.controller.api.web.failure import failing_pretty
from whisk_platform.controller.api.web.invoke import invoke
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.controller.web.addressing import PREFIX


def web_routes(services: Services) -> list[Route]:
    """One route; the path is read from its percent-encoded form."""
    return [Route(PREFIX + "{rest:path}", endpoint=_Web(services))]


class _Web:
    """Answers every web request; HEAD like GET, without the body."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, self._services.clock.now_ms())
        answer = await failing_pretty(invoke(self._services, request), request.transid)
        await send_answer(answer, request.transid, send, head=request.method == "HEAD")

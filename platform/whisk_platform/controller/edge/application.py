"""The edge as an ASGI layer in front of the routes."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from whisk_platform.common.errors import TooLargeError
from whisk_platform.controller.answer import Answer, error_answer, send_answer
from whisk_platform.controller.edge import hosts
from whisk_platform.controller.edge.protocol import OVERSIZED
from whisk_platform.controller.edge.settings import EdgeSettings
from whisk_platform.controller.request import Request


class Edge:
    """Redirects, refuses, rewrites, or passes a request on as it is."""

    def __init__(self, app: ASGIApp, settings: EdgeSettings) -> None:
        self._app = app
        self._https_port = settings.https_port
        self._suffix = f".{settings.host_name}".lower().encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if self._https_port is not None and scope["scheme"] == "http":
            await self._redirect(scope, receive, send, self._https_port)
            return
        if OVERSIZED in scope:
            transid = Request(scope, receive, 0).transid
            answer = error_answer(413, TooLargeError().message, transid)
            await send_answer(answer, transid, send, head=scope["method"] == "HEAD")
            return
        namespace = hosts.namespace_of(hosts.host_of(scope["headers"]), self._suffix)
        if namespace is not None and not hosts.is_of_the_api(scope["raw_path"]):
            raw_path = scope["raw_path"].decode("latin-1")
            scope = {
                **scope,
                "path": hosts.web_path(scope["path"], namespace),
                "raw_path": hosts.web_path(raw_path, namespace).encode("latin-1"),
            }
        await self._app(scope, receive, send)

    async def _redirect(self, scope: Scope, receive: Receive, send: Send, port: int) -> None:
        host = hosts.host_of(scope["headers"]) or scope["server"][0].encode()
        place = hosts.https_location(host, port, scope["raw_path"], scope["query_string"])
        answer = Answer(
            status=308,
            content_type=None,
            # What is sent in clear should not go on being sent in clear.
            headers=((b"location", place), (b"connection", b"close")),
        )
        await send_answer(answer, Request(scope, receive, 0).transid, send)

"""One path of the API as an ASGI application: method to handler, errors to answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from starlette.types import Receive, Scope, Send

from whisk_platform.common.clock import Clock
from whisk_platform.common.errors import NotAcceptableError, WhiskError
from whisk_platform.common.logging import get_logger
from whisk_platform.controller import texts
from whisk_platform.controller.answer import Answer, error_answer, send_answer, text_answer
from whisk_platform.controller.authentication import Authenticator
from whisk_platform.controller.consent import consents
from whisk_platform.controller.request import Request

Handler: TypeAlias = Callable[[Request], Awaitable[Answer]]

_log = get_logger(__name__)


class Resource:
    """Answers every request of one path."""

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        *,
        clock: Clock,
        authenticator: Authenticator | None,
        options: bool = True,
    ) -> None:
        """Describe a path.

        Args:
            handlers: method, upper case, to handler.
            clock: stamps the arrival.
            authenticator: None = anybody may ask.
            options: whether OPTIONS gets the API's CORS answer without any handler.
        """
        self._handlers = handlers
        self._clock = clock
        self._authenticator = authenticator
        self._options = options

    @property
    def methods(self) -> frozenset[str]:
        """What has a handler here, upper case."""
        return frozenset(self._handlers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive, self._clock.now_ms())
        answer = await answer_safely(self._answer, request)
        await send_answer(answer, request.transid, send)

    async def _answer(self, request: Request) -> Answer:
        method = request.method
        if method == "OPTIONS" and self._options:
            return text_answer("OK")
        handler = self._handlers.get(method)
        if handler is None:
            return error_answer(404, texts.ROUTE_NOT_FOUND, request.transid)
        if self._authenticator is not None:
            credentials = request.header(b"authorization")
            request.identity = await self._authenticator.authenticate(credentials)
            accept = request.header(b"accept")
            if accept is not None and not consents(accept):
                raise NotAcceptableError(texts.not_acceptable("application/json"))
        return await handler(request)


async def answer_safely(handler: Handler, request: Request) -> Answer:
    """Run a handler; whatever it raises becomes the error body of contract §1.6."""
    try:
        return await handler(request)
    except WhiskError as error:
        if error.status >= 500:
            _log.error("request_failed", transid=request.transid, error=error.message)
        return error_answer(error.status, error.message, request.transid)
    except Exception:
        _log.exception("request_crashed", transid=request.transid)
        return error_answer(500, WhiskError().message, request.transid)

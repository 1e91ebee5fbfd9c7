"""Any method on ``/api/v1/web/{ns}/{package}/{action}``: run a web action, answer as it says.

Source: contracts rest-api §4.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from urllib.parse import quote

from whisk_platform.common.errors import (
    BadRequestError,
    NotAcceptableError,
    NotFoundError,
    UnauthorizedError,
    WhiskError,
)
from whisk_platform.common.jsontext import JSONObject, RawJSON, split_object
from whisk_platform.controller import texts
from whisk_platform.controller.activator import Invocation, wait_for
from whisk_platform.controller.answer import Answer
from whisk_platform.controller.api.actions.invoke import activation_header, outlive_the_wait
from whisk_platform.controller.api.web.failure import failing_pretty, pretty_error
from whisk_platform.controller.payloads import payload_limit
from whisk_platform.controller.request import Request
from whisk_platform.controller.resolution import ResolvedAction
from whisk_platform.controller.services import Services
from whisk_platform.controller.web import addressing, media_types
from whisk_platform.controller.web.access import SECRET_HEADER, is_admitted
from whisk_platform.controller.web.addressing import WebAddress
from whisk_platform.controller.web.arguments import WebRequest, arguments
from whisk_platform.controller.web.cors import cors_headers
from whisk_platform.controller.web.decoding import decode
from whisk_platform.entities.activation import Activation, StatusCode
from whisk_platform.entities.identity import Identity

METHODS = frozenset(("GET", "DELETE", "POST", "PUT", "HEAD", "OPTIONS", "PATCH"))
REQUEST_BYTES = 64 << 10
"""Larger bodies of requests are worked on outside the event loop."""
RESULT_BYTES = 16 << 10
"""So are larger results: laying JSON out takes a third of a microsecond for each byte."""
_OURS = frozenset((b"x-request-id", b"x-openwhisk-activation-id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """One request to one exported action."""

    request: Request
    address: WebAddress
    owner: Identity
    """In whose name, and at whose cost, the action runs."""
    caller: Identity | None
    target: ResolvedAction

    @property
    def delegates_options(self) -> bool:
        """Whether the action itself answers OPTIONS and sets all CORS headers."""
        return self.target.action.annotations.is_true("web-custom-options")

    @property
    def is_raw(self) -> bool:
        """Whether the action takes query and body as they are."""
        return self.target.action.annotations.is_true("raw-http")


async def invoke(services: Services, request: Request) -> Answer:
    """Answer one request.

    Raises:
        NotFoundError: there is no such action, or it is not exported: nobody learns which.
        UnauthorizedError: the path names no action at all, and the caller has no key.
    """
    address = addressing.parse(_raw_path(request))
    if address is None or request.method not in METHODS:
        await services.authenticator.authenticate(request.header(b"authorization"))
        raise NotFoundError(texts.ROUTE_NOT_FOUND)
    owner, target = await _exported(services, address)
    call = _Call(
        request=request,
        address=address,
        owner=owner,
        caller=await _caller(services, request),
        target=target,
    )
    answer = await failing_pretty(_admit(services, call), request.transid)
    if call.delegates_options:
        return answer
    asked = request.header(b"access-control-request-headers")
    return _with_cors(answer, cors_headers(asked))


async def _exported(services: Services, address: WebAddress) -> tuple[Identity, ResolvedAction]:
    owner = await services.authenticator.owner_of(address.action.namespace)
    if owner is None:
        raise NotFoundError(texts.NOT_FOUND)
    try:
        target = await services.resolver.action(address.action, owner)
    except WhiskError as error:
        if error.status >= 500:
            raise
        raise NotFoundError(texts.NOT_FOUND) from error
    if not target.action.annotations.is_true("web-export"):
        raise NotFoundError(texts.NOT_FOUND)
    return owner, target


async def _caller(services: Services, request: Request) -> Identity | None:
    """Who asks; a key that is wrong makes nobody of the caller, not an error."""
    authorization = request.header(b"authorization")
    if authorization is None:
        return None
    try:
        return await services.authenticator.authenticate(authorization)
    except UnauthorizedError:
        return None


async def _admit(services: Services, call: _Call) -> Answer:
    """Check what may still refuse the request, in the contract's order, and go on."""
    request = call.request
    services.operations.admission.check()
    services.throttles.check_invocation(call.owner)
    body = await request.body(payload_limit(call.owner, services.limits))
    if request.method == "OPTIONS":
        if not call.delegates_options:
            return Answer(content_type=None)
    elif not is_admitted(
        call.target.action.annotations.get("require-whisk-auth"),
        secret=request.header(SECRET_HEADER.encode()),
        authenticated=call.caller is not None,
    ):
        raise UnauthorizedError(texts.AUTHENTICATION_NEEDED)
    return await _run(services, call, await _arguments(call, body))


async def _arguments(call: _Call, body: bytes) -> JSONObject:
    scope = call.request.scope
    received = WebRequest(
        method=call.request.method,
        headers=tuple(scope["headers"]),
        path=call.address.rest,
        query=scope["query_string"].decode("latin-1"),
        body=body,
        user=None if call.caller is None else call.caller.namespace,
    )
    immutable = call.target.immutable
    if len(body) <= REQUEST_BYTES:
        return arguments(received, raw=call.is_raw, immutable=immutable)
    return await asyncio.to_thread(arguments, received, raw=call.is_raw, immutable=immutable)


async def _run(services: Services, call: _Call, payload: JSONObject) -> Answer:
    request = call.request
    started = await services.activator.start(
        Invocation(
            user=call.owner,
            # What a request may name is decided already, and differently for raw actions.
            target=replace(call.target, immutable=frozenset()),
            payload=payload,
            transid=request.transid,
            received_ms=request.received_ms,
            blocking=True,
            extra_logging=request.extra_logging,
        )
    )
    activation = await wait_for(started, services.limits.blocking_wait_ms / 1000)
    if activation is None:
        await outlive_the_wait(services, started.message)
        answer = pretty_error(202, texts.RESPONSE_NOT_READY, request.transid)
    else:
        answer = await failing_pretty(_decoded(call, activation), request.transid)
    return replace(
        answer,
        headers=(
            *activation_header(started.activation_id),
            *(line for line in answer.headers if line[0] not in _OURS),
        ),
    )


async def _decoded(call: _Call, activation: Activation) -> Answer:
    value = _value(activation)
    if len(bytes(value)) <= RESULT_BYTES:
        answer = decode(value, call.address.extension)
    else:
        answer = await asyncio.to_thread(decode, value, call.address.extension)
    _check_accepted(call.request, answer)
    return replace(answer, cors=())


def _value(activation: Activation) -> RawJSON:
    """What is to be decoded: the result, or what a failed one has as its error.

    Raises:
        BadRequestError: the action is broken, or the platform was.
        NotFoundError: a failure without an error.
        WhiskError: the result is an array, which the reference does not decode either.
    """
    response = activation.response
    if response.status_code > StatusCode.APPLICATION_ERROR:
        raise BadRequestError(texts.ERROR_PROCESSING_REQUEST)
    if bytes(response.result).lstrip()[:1] == b"[":
        raise WhiskError
    if response.success:
        return response.result
    value = split_object(response.result).get("error")
    if value is None:
        raise NotFoundError(texts.PROPERTY_NOT_FOUND)
    return value


def _check_accepted(request: Request, answer: Answer) -> None:
    """Verify that the client takes the type; a refusal or an error needs no consent.

    Raises:
        NotAcceptableError: it does not.
    """
    if answer.content_type is None or answer.status >= 400:
        return
    content_type = answer.content_type.decode()
    produced = media_types.parse(content_type)
    lines = [value for name, value in request.scope["headers"] if name == b"accept"]
    accept = b",".join(lines).decode("latin-1")
    if produced is not None and not media_types.accepts(accept, produced):
        raise NotAcceptableError(texts.not_acceptable(content_type))


def _with_cors(answer: Answer, cors: tuple[tuple[bytes, bytes], ...]) -> Answer:
    """Set our CORS headers; a browser takes no second one of a name."""
    names = {name for name, _ in cors}
    kept = tuple(line for line in answer.headers if line[0] not in names)
    return replace(answer, headers=kept, cors=cors)


def _raw_path(request: Request) -> str:
    raw = request.scope.get("raw_path")
    if raw is None:
        return quote(request.scope["path"])
    return bytes(raw).partition(b"?")[0].decode("latin-1")

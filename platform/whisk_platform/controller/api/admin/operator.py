"""Who may do what an operator does, and the trace that every use of it leaves.

The operator API takes the system key and nothing else. Operator routes outside of it are read by
machines that have none, so a peer on this machine may do without, unless actions share its
network: then a loopback address is no proof of anything (design.md §5), and only what tells
nothing of anybody's work stays open.
"""

from __future__ import annotations

import ipaddress
from enum import Enum, auto

from starlette.routing import Route

from whisk_platform.common.errors import ForbiddenError, WhiskError
from whisk_platform.common.logging import get_logger
from whisk_platform.controller.answer import Answer
from whisk_platform.controller.request import Request
from whisk_platform.controller.routing import Verb, path_of
from whisk_platform.controller.services import Services

_log = get_logger("operator_api")
_NOTES = "whisk.operator_notes"
_FORWARDED = (b"x-forwarded-for", b"forwarded", b"x-real-ip")


class Opening(Enum):
    """Whom a route lets in."""

    KEY = auto()
    """Who has the system key."""
    OWN_LOOPBACK = auto()
    """Also peers on this machine, if actions do not share its network."""
    LOOPBACK = auto()
    """Also peers on this machine."""


def operator_path(services: Services, template: str, **verbs: tuple[str, Verb]) -> Route:
    """Declare one path of the operator API.

    Args:
        services: bound to every handler.
        template: Starlette's.
        **verbs: method in lower case to the operation's name in the audit log and its function.
    """
    wrapped = {method: operated(name, verb) for method, (name, verb) in verbs.items()}
    return path_of(services, template, wrapped, public=True)


def operated(operation: str, verb: Verb, opening: Opening = Opening.KEY) -> Verb:
    """Make a function an operator's: who may not is refused, and what is done leaves a line.

    What peers without a key may read is polled by machines; of that only refusals leave a line.

    Args:
        operation: its name in the audit log.
        verb: what it does; the identity is set only if a key was presented.
        opening: whom it lets in.
    """

    async def answer(services: Services, request: Request) -> Answer:
        try:
            if not _let_in(services, request, opening):
                await _check_key(services, request)
            reply = await verb(services, request)
        except WhiskError as error:
            _audit(operation, request, error.status)
            raise
        except Exception:
            _audit(operation, request, WhiskError.status)
            raise
        if opening is Opening.KEY:
            _audit(operation, request, reply.status)
        return reply

    return answer


def note(request: Request, **values: str | bool | None) -> None:
    """Add to the line of this call what the path does not tell; never keys."""
    request.scope.setdefault(_NOTES, {}).update(values)


def _let_in(services: Services, request: Request, opening: Opening) -> bool:
    """Whether a peer needs no key."""
    if opening is Opening.KEY or not _is_local(request):
        return False
    return opening is Opening.LOOPBACK or not services.operations.shared_network


def _is_local(request: Request) -> bool:
    """Whether the client itself is on this machine, and not merely a proxy in front."""
    if any(request.header(name) is not None for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(_peer(request)).is_loopback
    except ValueError:
        return False


def _peer(request: Request) -> str:
    client = request.scope.get("client")
    return str(client[0]) if client else ""


async def _check_key(services: Services, request: Request) -> None:
    """Verify that the system key was presented.

    Raises:
        UnauthorizedError: none was, or a wrong one.
        ForbiddenError: it was somebody else's.
    """
    request.identity = await services.authenticator.authenticate(request.header(b"authorization"))
    if request.identity.namespace != services.system_namespace:
        raise ForbiddenError


def _audit(operation: str, request: Request, status: int) -> None:
    caller = request.identity_if_known
    line = {
        **request.scope.get("path_params", {}),
        **request.scope.get(_NOTES, {}),
        "operation": operation,
        "operator": None if caller is None else caller.subject,
        "peer": _peer(request),
        "transid": request.transid,
        "outcome": "done" if status < 400 else "refused" if status < 500 else "failed",
        "status": status,
    }
    if status < 400:
        _log.info("operator_call", **line)
    else:
        _log.warning("operator_call", **line)

"""Who may use the operator API, and the trace that every use of it leaves."""

from __future__ import annotations

from whisk_platform.common.errors import ForbiddenError
from whisk_platform.common.logging import get_logger
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services

_log = get_logger("operator_api")


def check_operator(services: Services, request: Request) -> None:
    """Verify that the system key was presented.

    Raises:
        ForbiddenError: it was somebody else's.
    """
    if request.identity.namespace != services.system_namespace:
        raise ForbiddenError


def audit(request: Request, operation: str, **values: str | bool | None) -> None:
    """Log one operator call; never keys."""
    _log.info(
        "operator_call",
        operation=operation,
        operator=request.identity.subject,
        transid=request.transid,
        **values,
    )

"""What keeps an activation from running at all, although it has been accepted. Pure.

Limits of the system and of a namespace may have been changed since an action was stored. The API
looks at them when an action is written; this is looked at when it is to run.
"""

from __future__ import annotations

from whisk_platform.common.errors import BadRequestError
from whisk_platform.entities.activation import Response, StatusCode
from whisk_platform.entities.limits import (
    NamespaceLimits,
    SystemLimits,
    check_ranges,
    effective,
    narrows,
)
from whisk_platform.invoker import texts
from whisk_platform.invoker.classify import failure
from whisk_platform.invoker.prepared import PreparedAction


class Admission:
    """Verifies the limits of actions that are about to run."""

    def __init__(self, system: SystemLimits | None) -> None:
        """Check against a system's bounds.

        Args:
            system: the bounds; None = whatever is stored fits.
        """
        self._system = system

    def refusal(self, prepared: PreparedAction, own: NamespaceLimits) -> Response | None:
        """Why an activation cannot run.

        Args:
            prepared: the action.
            own: the limits of the namespace that invokes it.

        Returns:
            None = it can; an application error where the stored limits no longer fit, a developer
            error where no container is allowed.

        Source: contracts rest-api §2.2.2 (stored limits), §6.2 (a limit of 0), data-plane §4.1.
        """
        if prepared.action.limits.instances == 0 or own.max_action_instances == 0:
            return failure(StatusCode.DEVELOPER_ERROR, texts.NO_CONTAINER_ALLOWED)
        if self._system is None:
            return None
        bounds = effective(self._system, own) if narrows(own) else self._system
        try:
            check_ranges(prepared.action.limits, bounds)
        except BadRequestError as misfit:
            return failure(StatusCode.APPLICATION_ERROR, misfit.message)
        return None

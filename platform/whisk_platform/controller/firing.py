"""Firing: what a trigger's rules set off, and how the record of it reads.

Source: contracts rest-api §2.4.1, §2.4.2.
"""

from __future__ import annotations

from dataclasses import dataclass

from whisk_platform.common.errors import WhiskError
from whisk_platform.common.ids import ActivationId
from whisk_platform.common.jsontext import JSONObject, RawJSON, compact, dumps, join_object
from whisk_platform.controller import texts
from whisk_platform.entities.action import RuleLink, Trigger
from whisk_platform.entities.activation import Activation, Response, StatusCode
from whisk_platform.entities.identity import Identity
from whisk_platform.spi.activity import Started

HEADERS = "__ow_headers"
_SECRET_HEADERS = frozenset(("authorization",))
"""The caller's key is for the platform; an action gets it only by ``provide-api-key``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOutcome:
    """What came of one rule."""

    rule: str
    """``ns/rule``."""
    action: str
    """``ns/[pkg/]action``."""
    activation_id: ActivationId | None = None
    """Of the action, when it was accepted."""
    status_code: StatusCode = StatusCode.SUCCESS
    error: str = ""
    cause: WhiskError | None = None
    """Why it was refused."""

    def line(self) -> str:
        """The rule's line in the log of the trigger's record."""
        members: dict[str, object] = {
            "rule": self.rule,
            "action": self.action,
            "statusCode": int(self.status_code),
            "success": self.status_code is StatusCode.SUCCESS,
        }
        if self.activation_id is not None:
            members["activationId"] = self.activation_id
        else:
            members["error"] = self.error
        return dumps(members).decode()


def accepted(rule: str, link: RuleLink, activation_id: ActivationId) -> RuleOutcome:
    """The action is going to run."""
    return RuleOutcome(rule=rule, action=str(link.action), activation_id=activation_id)


def inactive(rule: str, link: RuleLink) -> RuleOutcome:
    """The rule is switched off."""
    return RuleOutcome(
        rule=rule,
        action=str(link.action),
        status_code=StatusCode.APPLICATION_ERROR,
        error=texts.inactive_rule(rule, str(link.action)),
    )


def refused(rule: str, link: RuleLink, error: WhiskError) -> RuleOutcome:
    """The action could not be accepted: the client's fault below 500, ours above."""
    ours = error.status >= 500
    return RuleOutcome(
        rule=rule,
        action=str(link.action),
        status_code=StatusCode.INTERNAL_ERROR if ours else StatusCode.APPLICATION_ERROR,
        error=error.message,
        cause=error,
    )


def arguments(trigger: Trigger, headers: dict[str, str], payload: JSONObject) -> JSONObject:
    """What every action receives: the trigger's parameters under headers under the payload."""
    shown = {name: value for name, value in headers.items() if name not in _SECRET_HEADERS}
    return {
        **{parameter.key: parameter.value for parameter in trigger.parameters},
        HEADERS: RawJSON(dumps(shown)),
        **payload,
    }


def locked(trigger: Trigger, payload: JSONObject) -> frozenset[str]:
    """Which of the arguments are sealed: parameters of the trigger that nothing is laid over."""
    return frozenset(
        parameter.key
        for parameter in trigger.parameters
        if parameter.encryption is not None
        and parameter.key != HEADERS
        and parameter.key not in payload
    )


def result(payload: JSONObject) -> RawJSON:
    """The payload as the result of the trigger's own record."""
    return compact(RawJSON(join_object(payload)))


def record(
    trigger: Trigger,
    *,
    activation_id: ActivationId,
    user: Identity,
    start: int,
    result: RawJSON,
    outcomes: list[RuleOutcome],
) -> Activation:
    """The trigger's own record; a trigger takes no time, so it has no end."""
    return Activation(
        activation_id=activation_id,
        namespace=user.namespace,
        name=trigger.fqn.name,
        version=trigger.version,
        subject=user.subject,
        start=start,
        end=None,
        duration=None,
        response=Response(status_code=StatusCode.SUCCESS, result=result),
        logs=tuple(outcome.line() for outcome in outcomes),
    )


def started(record: Activation) -> Started:
    """What is told when a trigger has fired."""
    return Started(
        activation_id=record.activation_id,
        namespace=record.namespace,
        name=record.name,
        version=record.version,
        path=record.path,
        start=record.start,
    )

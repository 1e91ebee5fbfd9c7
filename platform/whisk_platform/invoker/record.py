"""The record of an activation, from what was asked for and what came of it. Pure.

Source: contracts rest-api §2.6.1, §2.6.4.
"""

from __future__ import annotations

from dataclasses import dataclass

from whisk_platform.common.jsontext import FALSE, TRUE, RawJSON, dumps_text
from whisk_platform.entities.action import FIRST_VERSION
from whisk_platform.entities.activation import Activation, Response
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.entities.parameters import Parameter, Parameters
from whisk_platform.invoker.prepared import PreparedAction

CAUSED_BY = Parameter(key="causedBy", value=dumps_text("sequence"))
TIMED_OUT = Parameter(key="timeout", value=TRUE)
IN_TIME = Parameter(key="timeout", value=FALSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How an activation went."""

    response: Response
    start_ms: int
    """Of init, or of run when there was none; milliseconds since the epoch."""
    init_ms: int | None = None
    """None = the container was warm."""
    run_ms: int = 0
    timed_out: bool = False


def record(
    message: ActivationMessage, prepared: PreparedAction | None, course: Course
) -> Activation:
    """Make the record; its logs are empty.

    Args:
        message: what was asked for.
        prepared: what ran; None when it could not even be read.
        course: how it went.
    """
    duration = (course.init_ms or 0) + course.run_ms
    return Activation(
        activation_id=message.activation_id,
        namespace=message.user.namespace,
        name=message.action.name,
        version=FIRST_VERSION if prepared is None else prepared.action.version,
        subject=message.user.subject,
        start=course.start_ms,
        end=course.start_ms + duration,
        duration=duration,
        response=course.response,
        annotations=_annotations(message, prepared, course),
        cause=message.cause,
    )


def _annotations(
    message: ActivationMessage, prepared: PreparedAction | None, course: Course
) -> Parameters:
    if prepared is None:
        entries = [Parameter(key="path", value=dumps_text(str(message.action)))]
    else:
        entries = list(prepared.annotations)
    entries.append(TIMED_OUT if course.timed_out else IN_TIME)
    wait = max(0, course.start_ms - message.received_ms)
    entries.append(Parameter(key="waitTime", value=_number(wait)))
    if course.init_ms is not None:
        entries.append(Parameter(key="initTime", value=_number(course.init_ms)))
    if message.cause is not None:
        entries.append(CAUSED_BY)
    if message.binding is not None:
        entries.append(Parameter(key="binding", value=dumps_text(message.binding)))
    return Parameters(tuple(entries))


def _number(value: int) -> RawJSON:
    return RawJSON(b"%d" % value)

"""The account of a sequence or composition: what it has come to so far, and its record. Pure.

Source: contracts rest-api §5.2, §5.4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from whisk_platform.common.ids import ActivationId
from whisk_platform.controller import texts
from whisk_platform.controller.activator import Invocation
from whisk_platform.entities import wire
from whisk_platform.entities.activation import Activation, Response, StatusCode
from whisk_platform.entities.exec import SEQUENCE
from whisk_platform.entities.limits import ActionLimits
from whisk_platform.entities.parameters import Parameter, Parameters
from whisk_platform.spi.activity import Started


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What sets sequences and compositions apart in their records."""

    conductor: bool
    failed: str
    """The error when a step cannot be started."""
    timed_out: Callable[[ActivationId], str]
    """The error when the end of a step is not heard of in time."""


SEQUENCES = Form(
    conductor=False, failed=texts.SEQUENCE_FAILED, timed_out=texts.sequence_step_timed_out
)
COMPOSITIONS = Form(
    conductor=True, failed=texts.COMPOSITION_FAILED, timed_out=texts.composition_step_timed_out
)
_NOTHING = Response(status_code=StatusCode.SUCCESS)


@dataclass(slots=True, kw_only=True)
class Account:
    """What was asked for, and what has happened so far."""

    form: Form
    invocation: Invocation
    activation_id: ActivationId
    """Of the sequence or composition itself."""
    response: Response = _NOTHING
    """How it ends, if it ends now."""
    duration: int = 0
    """The sum over the steps, milliseconds."""
    memory: int | None = None
    """The most that a step may use, megabytes; None while it is not known."""
    steps: list[ActivationId] = field(default_factory=list)

    def __post_init__(self) -> None:
        """A composition needs as much as its conductor, whether or not that has run."""
        if self.form.conductor:
            self.memory = self.invocation.target.action.limits.memory

    def add(self, step: Activation) -> None:
        """Enter a step that has ended; how it ended is for the caller to judge."""
        self.steps.append(step.activation_id)
        self.duration += step.duration or 0
        memory = _memory(step)
        if memory is not None:
            self.memory = memory if self.memory is None else max(self.memory, memory)

    def add_unheard(self, activation_id: ActivationId) -> None:
        """Enter a step of whose end nobody has heard; that is the end of everything."""
        self.steps.append(activation_id)
        self.fail(StatusCode.INTERNAL_ERROR, self.form.timed_out(activation_id))

    def add_failure(self) -> None:
        """Note that a step could not be started; that is the end of everything."""
        self.fail(StatusCode.INTERNAL_ERROR, self.form.failed)

    def fail(self, status_code: StatusCode, error: str) -> None:
        """Note that it ends with an error."""
        self.response = Response(status_code=status_code, result=wire.raw({"error": error}))

    def started(self, start: int) -> Started:
        """What is told when it begins, ``start`` milliseconds since the epoch."""
        invocation = self.invocation
        action = invocation.target.action
        binding = invocation.target.binding
        return Started(
            activation_id=self.activation_id,
            namespace=invocation.user.namespace,
            name=action.fqn.name,
            version=action.version,
            path=str(action.fqn),
            start=start,
            kind=SEQUENCE,
            binding=None if binding is None else str(binding),
            cause=invocation.cause,
            trigger=invocation.trigger,
            rule=invocation.rule,
        )

    def record(self, start: int, end: int) -> Activation:
        """Make the record.

        Args:
            start: milliseconds since the epoch.
            end: likewise; the duration is not the time between the two.
        """
        invocation = self.invocation
        action = invocation.target.action
        return Activation(
            activation_id=self.activation_id,
            namespace=invocation.user.namespace,
            name=action.fqn.name,
            version=action.version,
            subject=invocation.user.subject,
            start=start,
            end=end,
            duration=self.duration,
            response=self.response,
            logs=tuple(self.steps),
            annotations=self._annotations(start),
            cause=invocation.cause,
        )

    def _annotations(self, start: int) -> Parameters:
        invocation = self.invocation
        action = invocation.target.action
        values: dict[str, object] = {
            "topmost": invocation.cause is None,
            "path": str(action.fqn),
            "kind": SEQUENCE,
            "waitTime": max(0, start - invocation.received_ms),
        }
        if self.form.conductor:
            values["conductor"] = True
        if invocation.cause is not None:
            values["causedBy"] = SEQUENCE
        if invocation.target.binding is not None:
            values["binding"] = str(invocation.target.binding)
        if self.memory is not None:
            values["limits"] = ActionLimits(
                timeout=action.limits.timeout,
                memory=self.memory,
                logs=action.limits.logs,
                concurrency=1,
            )
        return Parameters(tuple(Parameter(key=k, value=wire.raw(v)) for k, v in values.items()))


def _memory(step: Activation) -> int | None:
    """A nested sequence or composition reports the most of its own steps."""
    annotated = step.annotations.value("limits")
    memory = annotated.get("memory") if isinstance(annotated, dict) else None
    return memory if isinstance(memory, int) else None

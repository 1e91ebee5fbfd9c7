"""Sequences: components run one after another inside the controller, without any hop of their own.

Source: contracts rest-api §5.1, §5.2.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from whisk_platform.common.clock import Clock
from whisk_platform.common.errors import NotFoundError, WhiskError
from whisk_platform.common.ids import ActivationId, new_activation_id
from whisk_platform.common.jsontext import JSONObject, JSONTextError, RawJSON, split_object
from whisk_platform.common.tasks import Supervisor
from whisk_platform.controller import texts
from whisk_platform.controller.activator import Activator, Invocation, Started, wait_for
from whisk_platform.controller.resolution import ResolvedAction, Resolver
from whisk_platform.entities import journal, wire
from whisk_platform.entities.activation import Activation, Response, StatusCode
from whisk_platform.entities.exec import SequenceExec
from whisk_platform.entities.limits import ActionLimits, SystemLimits
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.entities.parameters import Parameter, Parameters
from whisk_platform.spi.stores import ActivationStore, JournalEntry

WAIT_MARGIN_S = 60.0
"""Added to a component's time limit when waiting for it."""


@dataclass(slots=True, kw_only=True)
class _Budget:
    """What the whole tree of a topmost sequence may still do."""

    left: int
    """Atomic actions to start."""
    levels: int
    """Sequences to nest into one another."""


@dataclass(slots=True, kw_only=True)
class _Run:
    """What has happened so far in one sequence."""

    response: Response
    duration: int = 0
    memory: int = 0
    components: list[ActivationId] = field(default_factory=list)


class Sequences:
    """Runs sequences."""

    def __init__(
        self,
        *,
        activator: Activator,
        resolver: Resolver,
        activations: ActivationStore,
        limits: SystemLimits,
        clock: Clock,
        tasks: Supervisor,
    ) -> None:
        self._activator = activator
        self._resolver = resolver
        self._activations = activations
        self._limits = limits
        self._clock = clock
        self._tasks = tasks

    async def start(self, invocation: Invocation) -> Started:
        """Start a topmost sequence.

        Raises:
            ForbiddenError: the caller may not run one of the components.
            StoreError: it could not be made durable.
        """
        components = await self._resolve(invocation)
        activation_id = invocation.activation_id or new_activation_id()
        message = _message(invocation, activation_id)
        if not invocation.blocking:
            await self._activations.accept(
                JournalEntry(
                    activation_id=activation_id, message=journal.encode(message), started=True
                )
            )
        length = self._limits.sequence_length
        budget = _Budget(left=length, levels=length)
        ended: asyncio.Future[Activation] = asyncio.get_running_loop().create_future()
        running = self._conduct(ended, invocation, activation_id, components, budget)
        self._tasks.spawn(running, name=f"sequence {activation_id}")
        return Started(message=message, ended=ended)

    async def _conduct(
        self,
        ended: asyncio.Future[Activation],
        invocation: Invocation,
        activation_id: ActivationId,
        components: list[ResolvedAction | None],
        budget: _Budget,
    ) -> None:
        try:
            activation = await self._run(invocation, activation_id, components, budget)
        except BaseException:
            # Nobody may wait for ever, and the record must not stay away because of our fault.
            run = _Run(response=_internal_error(texts.SEQUENCE_FAILED))
            activation = self._record(invocation, activation_id, self._clock.now_ms(), run)
            self._keep(activation, invocation)
            ended.set_result(activation)
            raise
        ended.set_result(activation)

    def _keep(self, activation: Activation, invocation: Invocation) -> None:
        keep = invocation.user.limits.store_activations is not False
        self._activations.store(activation, record=keep)

    async def _resolve(self, invocation: Invocation) -> list[ResolvedAction | None]:
        """All components, None for missing ones; who may not run one is refused here."""
        executable = invocation.target.action.exec
        assert isinstance(executable, SequenceExec)
        found: list[ResolvedAction | None] = []
        for name in executable.components:
            try:
                found.append(await self._resolver.action(name, invocation.user))
            except NotFoundError:
                found.append(None)
        return found

    async def _run(
        self,
        invocation: Invocation,
        activation_id: ActivationId,
        components: list[ResolvedAction | None],
        budget: _Budget,
    ) -> Activation:
        start = self._clock.now_ms()
        run = _Run(response=Response(status_code=StatusCode.SUCCESS))
        payload = invocation.payload
        for component in components:
            if not await self._step(invocation, activation_id, component, payload, run, budget):
                break
            payload = _next_payload(run.response.result)
        activation = self._record(invocation, activation_id, start, run)
        self._keep(activation, invocation)
        return activation

    async def _step(
        self,
        invocation: Invocation,
        activation_id: ActivationId,
        component: ResolvedAction | None,
        payload: JSONObject | RawJSON,
        run: _Run,
        budget: _Budget,
    ) -> bool:
        """Run one component into ``run``; False when the sequence ends with it."""
        if component is None:
            run.response = _application_error(texts.SEQUENCE_COMPONENT_MISSING)
            return False
        nested = isinstance(component.action.exec, SequenceExec)
        if (budget.levels if nested else budget.left) == 0:
            run.response = _application_error(texts.SEQUENCE_TOO_LONG)
            return False
        if not nested:
            budget.left -= 1
        inner = Invocation(
            user=invocation.user,
            target=component,
            payload=payload,
            transid=invocation.transid,
            received_ms=self._clock.now_ms(),
            blocking=True,
            cause=activation_id,
        )
        try:
            ended = await (self._nest(inner, budget) if nested else self._call(inner))
        except ComponentTimeoutError as error:
            run.response = _internal_error(error.message)
            return False
        except WhiskError:
            run.response = _internal_error(texts.SEQUENCE_FAILED)
            return False
        run.response = ended.response
        run.duration += ended.duration or 0
        run.memory = max(run.memory, _memory(ended, component.action.limits))
        run.components.append(ended.activation_id)
        return not _has_error(ended.response.result)

    async def _nest(self, inner: Invocation, budget: _Budget) -> Activation:
        components = await self._resolve(inner)
        budget.levels -= 1
        try:
            return await self._run(inner, new_activation_id(), components, budget)
        finally:
            budget.levels += 1

    async def _call(self, inner: Invocation) -> Activation:
        started = await self._activator.start(inner)
        limit_s = inner.target.action.limits.timeout / 1000 + WAIT_MARGIN_S
        ended = await wait_for(started, limit_s)
        if ended is None:
            raise ComponentTimeoutError(
                f"Timeout reached when retrieving activation {started.activation_id}"
                " for sequence component."
            )
        return ended

    def _record(
        self, invocation: Invocation, activation_id: ActivationId, start: int, run: _Run
    ) -> Activation:
        action = invocation.target.action
        return Activation(
            activation_id=activation_id,
            namespace=invocation.user.namespace,
            name=action.fqn.name,
            version=action.version,
            subject=invocation.user.subject,
            start=start,
            end=self._clock.now_ms(),
            duration=run.duration,
            response=run.response,
            logs=tuple(run.components),
            annotations=_annotations(invocation, start, run),
            cause=invocation.cause,
        )


class ComponentTimeoutError(WhiskError):
    """A component of a sequence did not end in time."""


def _annotations(invocation: Invocation, start: int, run: _Run) -> Parameters:
    action = invocation.target.action
    values: dict[str, object] = {
        "topmost": invocation.cause is None,
        "path": str(action.fqn),
        "kind": action.exec.kind,
        "waitTime": max(0, start - invocation.received_ms),
    }
    if invocation.cause is not None:
        values["causedBy"] = "sequence"
    if invocation.target.binding is not None:
        values["binding"] = str(invocation.target.binding)
    if run.components:
        values["limits"] = ActionLimits(
            timeout=action.limits.timeout,
            memory=run.memory,
            logs=action.limits.logs,
            concurrency=1,
        )
    return Parameters(tuple(Parameter(key=k, value=wire.raw(v)) for k, v in values.items()))


def _message(invocation: Invocation, activation_id: ActivationId) -> ActivationMessage:
    payload = invocation.payload
    content = wire.obj(payload) if isinstance(payload, dict) else payload
    return ActivationMessage(
        transid=invocation.transid,
        received_ms=invocation.received_ms,
        action=invocation.target.action.fqn,
        revision=0,
        user=invocation.user,
        activation_id=activation_id,
        controller="",
        blocking=False,
        content=content,
    )


def _next_payload(result: RawJSON) -> JSONObject | RawJSON:
    text = bytes(result).lstrip()
    if text.startswith(b"{"):
        return split_object(result)
    return result if text.startswith(b"[") else {}


def _has_error(result: RawJSON) -> bool:
    try:
        return "error" in split_object(result)
    except JSONTextError:
        return False


def _memory(ended: Activation, limits: ActionLimits) -> int:
    """A nested sequence reports the most of its own components."""
    annotated = ended.annotations.value("limits")
    memory = annotated.get("memory") if isinstance(annotated, dict) else None
    return memory if isinstance(memory, int) else limits.memory


def _application_error(text: str) -> Response:
    return Response(status_code=StatusCode.APPLICATION_ERROR, result=wire.raw({"error": text}))


def _internal_error(text: str) -> Response:
    return Response(status_code=StatusCode.INTERNAL_ERROR, result=wire.raw({"error": text}))

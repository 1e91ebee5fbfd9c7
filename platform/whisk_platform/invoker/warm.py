"""Warm runs: in an initialized container, without a task for each.

What a container answers is handled where it is read: the client gets its answer first, the
container its next activation then, and the record is completed last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from whisk_platform.common.clock import Clock
from whisk_platform.common.errors import ContainerError, StoreError
from whisk_platform.common.logging import get_logger
from whisk_platform.common.tasks import Supervisor
from whisk_platform.entities.activation import Activation, StatusCode
from whisk_platform.invoker import texts
from whisk_platform.invoker.classify import failure
from whisk_platform.invoker.completion import Completion
from whisk_platform.invoker.job import Job
from whisk_platform.invoker.place import Place
from whisk_platform.invoker.pool import Effects, Pool
from whisk_platform.invoker.run import Ran, Refused, Runner
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.invoker.slot import Effect, Slot
from whisk_platform.invoker.tally import Tally
from whisk_platform.spi.containers import Container, PromptContainer, PromptLog
from whisk_platform.spi.stores import ActivationStore

log = get_logger("invoker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """What the scheduler does for a run that has ended."""

    proceed: Callable[[Slot, Effects], Effect | None]
    """Apply effects, but return the one that gives this slot its next activation."""
    do: Callable[[Effect], None]
    retry: Callable[[Slot, Job], Effects]
    """Give up on a container that has not taken the activation."""
    aborting: Callable[[], bool]


class WarmRuns:
    """Runs activations in containers that can call back."""

    def __init__(
        self,
        settings: InvokerSettings,
        pool: Pool,
        *,
        activations: ActivationStore,
        runner: Runner,
        completion: Completion,
        clock: Clock,
        tasks: Supervisor,
        tally: Tally,
        hands: Hands,
    ) -> None:
        self._activations = activations
        self._log_debt = 0 if settings.reuse_after_logs else settings.log_debt
        self._pool = pool
        self._runner = runner
        self._completion = completion
        self._clock = clock
        self._tasks = tasks
        self._tally = tally
        self._hands = hands
        self._prompt: dict[type, bool] = {}

    def begin(self, slot: Slot, place: Place, job: Job) -> bool:
        """Run an activation in an initialized container that is not suspended.

        Returns:
            False = nothing has happened, because something would have to be waited for.
        """
        if not place.container.alive:
            return False
        if place.suspended or place.suspending is not None:
            # Another one has just come and is about to wake it.
            return False
        container = self._prompt_one(place.container)
        if container is None or not self._marked(job):
            return False

        def ended(ran: Ran | Refused) -> None:
            self._ended(slot, place, job, ran)

        try:
            self._runner.start_warm(job.message, job.prepared, container, ended)
        except ContainerError as error:
            log.warning("container_lost", container=container.id, error=str(error))
            return False
        self._tally.warmed += 1
        self._tasks.hold()
        return True

    def _marked(self, job: Job) -> bool:
        """Whether it is durable, where it has to be, that user code is about to see the work."""
        message = job.message
        if not message.journaled:
            return True
        try:
            return self._activations.try_mark_started(message.activation_id)
        except StoreError:
            return False

    def _prompt_one(self, container: Container) -> PromptContainer | None:
        # Asking a protocol takes longer than all the rest of a run, so each class is asked once.
        kind = type(container)
        known = self._prompt.get(kind)
        if known is None:
            known = self._prompt[kind] = isinstance(container, PromptContainer)
        return cast(PromptContainer, container) if known else None

    def _ended(self, slot: Slot, place: Place, job: Job, ran: Ran | Refused) -> None:
        self._tasks.let_go()
        if isinstance(ran, Refused):
            self._follow(slot, self._hands.retry(slot, job))
            return
        try:
            ran, activation = self._answer(job, ran)
        except Exception:
            log.exception("run_failed", activation_id=job.message.activation_id)
            response = failure(StatusCode.INTERNAL_ERROR, texts.INTERNAL)
            self._completion.fail(job.message, job.prepared, response)
            self._follow(slot, self._released(slot, reusable=False))
            return
        place.debt += 1
        if not ran.reusable or place.debt > self._log_debt:
            # A container that goes away must keep its log until it has been read.
            self._settle(place, job, activation, ran)
            self._follow(slot, self._released(slot, reusable=ran.reusable))
        else:
            self._follow(slot, self._released(slot, reusable=True))
            self._settle(place, job, activation, ran)

    def _answer(self, job: Job, ran: Ran) -> tuple[Ran, Activation]:
        if not ran.reusable and self._hands.aborting():
            lost = failure(StatusCode.INTERNAL_ERROR, texts.LOST)
            ran = replace(ran, course=replace(ran.course, response=lost))
        self._tally.ran(ran.course)
        return ran, self._completion.answer(job.message, job.prepared, ran.course)

    def _released(self, slot: Slot, *, reusable: bool) -> Effects:
        return self._pool.released(slot, self._clock.monotonic(), reusable=reusable)

    def _follow(self, slot: Slot, effects: Effects) -> None:
        following = self._hands.proceed(slot, effects)
        if following is not None:
            self._hands.do(following)

    def _settle(self, place: Place, job: Job, activation: Activation, ran: Ran) -> None:
        pending = cast(PromptLog, ran.log)
        try:
            self._completion.settle_now(job.message, job.prepared, activation, pending, ran.live)
        except Exception:
            log.exception("record_failed", activation_id=job.message.activation_id)
        finally:
            place.paid()

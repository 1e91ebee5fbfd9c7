"""The invoker: takes messages from the bus, and can be drained and looked at.

Source: contracts data-plane §4.1, design.md §5 Delivery.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from whisk_platform.common.clock import Clock
from whisk_platform.common.errors import UnavailableError
from whisk_platform.common.logging import get_logger
from whisk_platform.common.tasks import Supervisor
from whisk_platform.entities.action import Action
from whisk_platform.entities.activation import Activation, StatusCode
from whisk_platform.entities.limits import SystemLimits
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.entities.recording import RECORD_ALL, Recording
from whisk_platform.invoker import texts
from whisk_platform.invoker.actions import ActionCache, FetchError
from whisk_platform.invoker.admission import Admission
from whisk_platform.invoker.classify import failure
from whisk_platform.invoker.completion import Completion
from whisk_platform.invoker.job import Job, key_of
from whisk_platform.invoker.pool import Pool, PoolCounts
from whisk_platform.invoker.prepared import PreparedAction
from whisk_platform.invoker.record import Course, record
from whisk_platform.invoker.scheduler import Scheduler
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.invoker.tally import Tally
from whisk_platform.spi.activity import UNWATCHED, ActivityFeed
from whisk_platform.spi.containers import ContainerFactory
from whisk_platform.spi.messaging import MessageBus
from whisk_platform.spi.operations import ContainerStatus, QueueStatus
from whisk_platform.spi.stores import Stores
from whisk_platform.stores.parameterlocks import ParameterLocks
from whisk_platform.stores.sealing import SealError

log = get_logger("invoker")

MACHINE_SHARE = 0.75
"""The part of the machine's memory that containers may use."""
END_S = 10.0
"""How long containers that are told to go may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolStatus:
    """The pool at one moment."""

    counts: PoolCounts
    activations: int
    """Under way in containers."""
    by_kind: dict[str, int]
    """Containers of each kind."""
    capacity_mb: int
    measured_mb: int
    draining: bool


class Invoker:
    """Runs the activations of one topic."""

    def __init__(
        self,
        settings: InvokerSettings,
        *,
        factory: ContainerFactory,
        stores: Stores,
        bus: MessageBus,
        clock: Clock,
        topic: str = "invoker0",
        locks: ParameterLocks | None = None,
        feed: ActivityFeed = UNWATCHED,
        recording: Recording = RECORD_ALL,
        limits: SystemLimits | None = None,
    ) -> None:
        """Put the invoker together.

        Args:
            settings: the operator's.
            factory: makes containers; started and closed by its owner.
            stores: where actions are read and records go, and whose journal marks what has started.
            bus: brings messages and takes acknowledgements.
            clock: for deadlines and durations.
            topic: whose messages to take.
            locks: opens sealed parameters; None where nothing is sealed.
            feed: is told what happens.
            recording: which activations leave a record.
            limits: what actions may use, however they were stored; None = whatever they say.
        """
        self._admission = Admission(limits)
        self._locks = locks
        self._bus, self._topic = bus, topic
        self._factory = factory
        self._clock = clock
        self._activations = stores.activations
        self._tasks = Supervisor("invoker", _report)
        self._actions = ActionCache(
            stores.artifacts, most=settings.actions_cached, code_bytes=settings.code_cache_mb << 20
        )
        self.tally = Tally()
        """What it has done so far."""
        self._completion = Completion(bus, stores.activations, clock, self.tally, feed, recording)
        self._capacity_mb = settings.capacity_mb or machine_capacity_mb()
        self._pool = Pool(
            settings, self._capacity_mb, factory.memory_used_mb, factory.takes_several
        )
        self._scheduler = Scheduler(
            settings,
            self._pool,
            factory=factory,
            actions=self._actions,
            activations=stores.activations,
            completion=self._completion,
            clock=clock,
            tasks=self._tasks,
            tally=self.tally,
            feed=feed,
        )
        self._draining = False
        self._enabled = True
        self._refused: frozenset[str] = frozenset()

    async def start(self) -> None:
        """Take messages from now on; the factory has been started."""
        self._bus.subscribe(self._topic, self.take, room=self.has_room)

    def has_room(self, message: ActivationMessage) -> bool:
        """Whether a message may come.

        While it is disabled, only the steps of a sequence or composition may that has been
        accepted: those are no new work.
        """
        if self._draining or not (self._enabled or message.cause is not None):
            return False
        if not self._pool.has_room(message.user.namespace):
            return False
        return message.journaled or message.cause is not None or not self._is_jammed(message)

    def _is_jammed(self, message: ActivationMessage) -> bool:
        """Whether it is better to say at once that it would take too long."""
        if not self._pool.saving:
            return False
        prepared = self._actions.known(message.action, message.revision)
        return prepared is not None and self._pool.is_jammed(key_of(message, prepared.action))

    def take(self, message: ActivationMessage) -> None:
        """Take over a message; it will end in an acknowledgement and a record.

        Raises:
            UnavailableError: the invoker is being drained, and the message is in no journal from
                which it would be resumed.
        """
        if self._draining:
            if message.journaled:
                return
            raise UnavailableError
        self.tally.received += 1
        prepared = self._actions.known(message.action, message.revision)
        if prepared is None:
            self._tasks.spawn(self._resolve(message), f"resolve {message.activation_id}")
            return
        self._submit(message, prepared)

    def foresee(self, action: Action, code: str) -> None:
        """Take note of an action that was just written here; it may be called soon."""
        self._actions.foresee(action, code)

    async def lost(self, message: ActivationMessage) -> Activation:
        """End an activation that had been started before the platform stopped, and has no record.

        Returns:
            The record, queued for writing: whisk internal error.
        """
        try:
            prepared = await self._actions.fetch(message.action)
        except FetchError:
            prepared = None
        response = failure(StatusCode.INTERNAL_ERROR, texts.LOST)
        return self._completion.fail(message, prepared, response)

    def close_journal(self, message: ActivationMessage) -> None:
        """Close the journal entry of a message whose record is there already."""
        response = failure(StatusCode.INTERNAL_ERROR, texts.LOST)
        course = Course(response=response, start_ms=self._clock.now_ms())
        self._activations.store(record(message, None, course), record=False)

    async def drain(self, deadline_s: float) -> None:
        """Take nothing more, let what runs and waits come to its end, destroy all containers.

        Non-blocking work that has not started stays in the journal and runs after a restart.

        Args:
            deadline_s: after so long, what still runs is killed and ends as lost.
        """
        self._draining = True
        self._pool.withdraw(lambda job: job.message.journaled)
        self._scheduler.make_haste()
        if not await self._tasks.wait(deadline_s):
            for job in self._pool.withdraw(lambda _: True):
                response = failure(StatusCode.INTERNAL_ERROR, texts.LOST)
                self._completion.fail(job.message, job.prepared, response)
            self._scheduler.abort()
            await self._tasks.wait(END_S)
        self._scheduler.close()
        await self._tasks.close(END_S)

    @property
    def enabled(self) -> bool:
        """Whether new work may come."""
        return self._enabled and not self._draining

    @property
    def capacity_mb(self) -> int:
        """Memory that containers may really use."""
        return self._capacity_mb

    def enable(self, enabled: bool) -> None:
        """Take new work or refuse it; what has been accepted goes on either way."""
        self._enabled = enabled

    def refuse(self, namespaces: frozenset[str]) -> None:
        """End what waits and what comes of these namespaces, and of no others from now on.

        Source: contracts rest-api §6.3.
        """
        self._refused = namespaces
        if namespaces:
            for job in self._pool.withdraw(lambda job: job.message.user.namespace in namespaces):
                self._completion.refuse(job.message, job.prepared)

    def containers(self) -> Sequence[ContainerStatus]:
        """Every container, the oldest first."""
        return self._scheduler.containers()

    def queues(self) -> Sequence[QueueStatus]:
        """Every action that waits, the longest queue first."""
        waiting = [lane for lane in self._pool.lanes() if lane.jobs]
        waiting.sort(key=lambda lane: len(lane.jobs), reverse=True)
        now = self._clock.monotonic()
        return [
            QueueStatus(
                namespace=lane.key.namespace,
                action=str(lane.key.action),
                kind=lane.kind,
                memory_mb=lane.memory_mb,
                waiting=len(lane.jobs),
                oldest_ms=int((now - lane.jobs[0].arrived) * 1000),
            )
            for lane in waiting
        ]

    def status(self) -> PoolStatus:
        """A look at the pool."""
        return PoolStatus(
            counts=self._pool.counts(),
            activations=sum(slot.active for slot in self._pool.slots()),
            by_kind=dict(Counter(slot.kind for slot in self._pool.slots())),
            capacity_mb=self._capacity_mb,
            measured_mb=self._factory.memory_used_mb(),
            draining=self._draining,
        )

    async def _resolve(self, message: ActivationMessage) -> None:
        try:
            prepared = await self._actions.meet(message.action, message.revision)
        except FetchError as error:
            self._completion.fail(message, None, failure(error.code, error.message))
            return
        if self._draining and message.journaled:
            return
        self._submit(message, prepared)

    def _submit(self, message: ActivationMessage, prepared: PreparedAction) -> None:
        if message.user.namespace in self._refused:
            self._completion.refuse(message, prepared)
            return
        refusal = self._admission.refusal(prepared, message.user.limits)
        if refusal is not None:
            self._completion.fail(message, prepared, refusal)
            return
        if message.locked_args or message.locked_init:
            opened = self._opened(message, prepared)
            if opened is None:
                return
            message = opened
        now = self._clock.monotonic()
        self._scheduler.submit(Job(message, prepared, key_of(message, prepared.action), now))

    def _opened(
        self, message: ActivationMessage, prepared: PreparedAction
    ) -> ActivationMessage | None:
        """A message with its parameters in clear; None when it ended because they do not open."""
        try:
            if self._locks is None:
                raise SealError
            return self._locks.opened(message)
        except SealError as error:
            response = failure(StatusCode.INTERNAL_ERROR, error.message)
            self._completion.fail(message, prepared, response)
            return None


def machine_capacity_mb() -> int:
    """Memory for containers on this machine: three quarters of it."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return int(total * MACHINE_SHARE) >> 20


def _report(task: str, error: BaseException) -> None:
    log.error("task_failed", task=task, error=repr(error), exc_info=error)

"""Applies the pool's decisions: creates, runs, suspends and destroys containers.

One task for each busy container: it runs one activation after another as long as the pool has
work for that container, so that under load no task is made for a call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from whisk_platform.common.clock import Clock
from whisk_platform.common.counters import COUNTERS
from whisk_platform.common.errors import ContainerError, MissingToolchainError, StoreError
from whisk_platform.common.logging import get_logger
from whisk_platform.common.tasks import Supervisor
from whisk_platform.entities.activation import Activation, StatusCode
from whisk_platform.entities.exec import BlackBoxExec
from whisk_platform.invoker import texts
from whisk_platform.invoker.actions import ActionCache, FetchError, LoadedAction
from whisk_platform.invoker.classify import failure
from whisk_platform.invoker.completion import Completion
from whisk_platform.invoker.job import Job, key_of
from whisk_platform.invoker.place import Place
from whisk_platform.invoker.pool import Effects, Pool
from whisk_platform.invoker.precedence import Precedence
from whisk_platform.invoker.proxy import Do
from whisk_platform.invoker.run import Ran, Refused, Runner
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.invoker.slot import Effect, Slot
from whisk_platform.invoker.tally import Tally
from whisk_platform.invoker.warm import Hands, WarmRuns
from whisk_platform.spi.activity import ActivityFeed
from whisk_platform.spi.containers import ContainerFactory, ContainerSpec
from whisk_platform.spi.operations import ContainerStatus
from whisk_platform.spi.stores import ActivationStore

log = get_logger("invoker")

MAX_ATTEMPTS = 3
"""Containers that may turn an activation away before it fails."""

RUNS = frozenset({Do.RUN, Do.INITIALIZE_AND_RUN, Do.RESUME_AND_RUN})


@dataclass(frozen=True, slots=True)
class _Unsettled:
    """An answered activation whose log is still to be read."""

    place: Place
    job: Job
    activation: Activation
    ran: Ran


class Scheduler:
    """The pool's hands."""

    def __init__(
        self,
        settings: InvokerSettings,
        pool: Pool,
        *,
        factory: ContainerFactory,
        actions: ActionCache,
        activations: ActivationStore,
        completion: Completion,
        clock: Clock,
        tasks: Supervisor,
        tally: Tally,
        feed: ActivityFeed,
    ) -> None:
        self._tally = tally
        self._settings = settings
        self._pool = pool
        self._factory = factory
        self._actions = actions
        self._activations = activations
        self._completion = completion
        self._clock = clock
        self._tasks = tasks
        self._runner = Runner(clock, feed, result_bytes=settings.result_bytes)
        self._places: dict[Slot, Place] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._shortest_s = min(
            settings.keep_alive_s, settings.pause_grace_s or settings.keep_alive_s
        )
        self._environment = {"__OW_API_HOST": settings.api_host} if settings.api_host else {}
        self._aborting = False
        hands = Hands(
            proceed=self._apply_elsewhere,
            do=self._do,
            retry=self._retry,
            aborting=lambda: self._aborting,
        )
        self._precedence = Precedence(self._begin, pool, tasks, clock)
        self._warm = WarmRuns(
            settings,
            pool,
            activations=activations,
            runner=self._runner,
            completion=completion,
            clock=clock,
            tasks=tasks,
            tally=tally,
            hands=hands,
        )

    def submit(self, job: Job) -> None:
        """Take an activation."""
        if not self._pool.fits(job):
            response = failure(StatusCode.INTERNAL_ERROR, texts.NOT_PROVISIONED)
            self._completion.fail(job.message, job.prepared, response)
            return
        self._precedence.taken(job.message)
        self._apply(self._pool.submit(job, self._clock.monotonic()))

    def make_haste(self) -> None:
        """Begin what accepted work had to make way for."""
        self._precedence.end()

    def abort(self) -> None:
        """Destroy every container now; what runs in them ends as lost."""
        self._aborting = True
        self.close()

    def close(self) -> None:
        """Destroy every container; nothing may be submitted afterwards."""
        self._precedence.end()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._apply(self._pool.close())

    def containers(self) -> list[ContainerStatus]:
        """Every container, the oldest first."""
        now = self._clock.monotonic()
        return [self._status(slot, now) for slot in self._pool.slots()]

    def _status(self, slot: Slot, now: float) -> ContainerStatus:
        place = self._places.get(slot)
        used = slot.active or place is None
        return ContainerStatus(
            id="" if place is None else place.container.id,
            kind=slot.kind,
            state=slot.state.value,
            namespace="" if slot.key is None else slot.key.namespace,
            action="" if slot.key is None else str(slot.key.action),
            activations=slot.active,
            memory_mb=slot.memory_mb,
            age_ms=int((now - slot.created_at) * 1000),
            idle_ms=0 if used else int((now - slot.last_used) * 1000),
        )

    # -- effects -------------------------------------------------------------------------------

    def _apply(self, effects: Effects) -> None:
        for effect in effects:
            self._do(effect)

    def _do(self, effect: Effect) -> None:
        if not self._precedence.holds(effect):
            self._begin(effect)

    def _begin(self, effect: Effect) -> None:
        do, slot, job = effect
        if job is not None:
            if do is Do.RUN and self._begin_warm(slot, job):
                return
            self._tasks.spawn(self._work(slot, job, do), f"run {job.message.activation_id}")
        elif do is Do.CREATE:
            self._tasks.spawn(self._create(slot), f"create container {slot.number}")
        elif do is Do.DESTROY:
            place = self._places.pop(slot)
            self._tasks.spawn(self._destroy(slot, place), f"destroy container {slot.number}")
        elif do is Do.SUSPEND:
            place = self._places[slot]
            place.suspending = self._tasks.spawn(
                self._suspend(slot, place), f"suspend container {slot.number}"
            )

    def _apply_elsewhere(self, slot: Slot, effects: Effects) -> Effect | None:
        """Apply effects, but return the one that gives this slot its next activation."""
        own: Effect | None = None
        for effect in effects:
            if own is None and effect.slot is slot and effect.job is not None:
                own = effect
            else:
                self._do(effect)
        now = self._clock.monotonic()
        if self._timer is None or now + self._shortest_s < self._due:
            self._arm(now)
        return own

    def _arm(self, now: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self._pool.next_tick()
        if due is not None:
            self._due = due
            delay = max(0.0, due - now)
            self._timer = asyncio.get_running_loop().call_later(delay, self._tick)

    def _tick(self) -> None:
        self._timer = None
        now = self._clock.monotonic()
        self._apply(self._pool.tick(now))
        self._arm(now)

    def _begin_warm(self, slot: Slot, job: Job) -> bool:
        place = self._places.get(slot)
        return place is not None and self._warm.begin(slot, place, job)

    # -- one busy container --------------------------------------------------------------------

    async def _work(self, slot: Slot, job: Job, do: Do) -> None:
        """Run activations in a container until the pool has no more for it."""
        following: Effect | None = Effect(do, slot, job)
        while following is not None:
            assert following.job is not None
            effects, unsettled = await self._perform(slot, following.job, following.do)
            following = self._apply_elsewhere(slot, effects)
            if following is not None and self._precedence.holds(following):
                following = None
            if following is not None and following.do is Do.RUN and following.job is not None:
                # Once warm, a container goes on without this task.
                following = None if self._begin_warm(slot, following.job) else following
            if unsettled is None:
                continue
            if following is None:
                await self._settle(unsettled)
            else:
                self._tasks.spawn(self._settle(unsettled), "collect logs")

    async def _perform(self, slot: Slot, job: Job, do: Do) -> tuple[Effects, _Unsettled | None]:
        """One activation in one container.

        Returns:
            What the pool says next, and the log that is still to be read, if any.
        """
        place = self._places.get(slot)
        if place is None or not place.container.alive:
            return self._retry(slot, job, asked=False), None
        try:
            ran = await self._attempt(slot, place, job, do)
        except (FetchError, StoreError) as error:
            code = error.code if isinstance(error, FetchError) else StatusCode.INTERNAL_ERROR
            self._completion.fail(job.message, job.prepared, failure(code, error.message))
            return self._give_back(slot), None
        except ContainerError as error:
            log.warning("container_lost", container=place.container.id, error=str(error))
            return self._retry(slot, job), None
        except asyncio.CancelledError:
            self._completion.fail(
                job.message, job.prepared, failure(StatusCode.INTERNAL_ERROR, texts.LOST)
            )
            raise
        except Exception:
            log.exception("run_failed", activation_id=job.message.activation_id)
            response = failure(StatusCode.INTERNAL_ERROR, texts.INTERNAL)
            self._completion.fail(job.message, job.prepared, response)
            return self._released(slot, reusable=False), None
        if ran is None:
            effects = self._pool.returned(slot, self._clock.monotonic())
            return [*effects, *self._pool.requeue(job, self._clock.monotonic())], None
        if isinstance(ran, Refused):
            return self._retry(slot, job), None
        return await self._ended(slot, place, job, ran)

    async def _attempt(self, slot: Slot, place: Place, job: Job, do: Do) -> Ran | Refused | None:
        """Prepare the container and run; None = the action has a newer revision to be run."""
        code: LoadedAction | None = None
        tally = self._tally
        if do is Do.INITIALIZE_AND_RUN:
            tally.prewarmed += slot.shelved
            tally.cold += not slot.shelved
            code = await self._actions.load(job.action)
            if code.prepared.action.revision != job.action.revision:
                job.prepared = code.prepared
                job.key = key_of(job.message, job.action)
                return None
        else:
            tally.warmed += 1
            if do is Do.RESUME_AND_RUN or place.still:
                await self._resume(place)
        message = job.message
        if message.journaled:
            await self._activations.mark_started(message.activation_id)
        return await self._runner.run(
            message, job.prepared, place.container, code, self._initialized(slot)
        )

    def _initialized(self, slot: Slot) -> Callable[[], None]:
        def tell_pool() -> None:
            self._apply(self._pool.initialized(slot, self._clock.monotonic()))

        return tell_pool

    async def _ended(
        self, slot: Slot, place: Place, job: Job, ran: Ran
    ) -> tuple[Effects, _Unsettled | None]:
        if self._aborting and not ran.reusable:
            lost = failure(StatusCode.INTERNAL_ERROR, texts.LOST)
            ran = replace(ran, course=replace(ran.course, response=lost))
        self._tally.ran(ran.course)
        activation = self._completion.answer(job.message, job.prepared, ran.course)
        unsettled = _Unsettled(place, job, activation, ran)
        settings = self._settings
        place.debt += 1
        # A container that goes away must keep its log until it has been read.
        if not ran.reusable or settings.reuse_after_logs or place.debt > settings.log_debt:
            await self._settle(unsettled)
            return self._released(slot, reusable=ran.reusable), None
        return self._released(slot, reusable=True), unsettled

    async def _settle(self, unsettled: _Unsettled) -> None:
        place, job = unsettled.place, unsettled.job
        try:
            await self._completion.settle(
                job.message,
                job.prepared,
                unsettled.activation,
                unsettled.ran.log,
                unsettled.ran.live,
            )
        finally:
            place.paid()

    def _released(self, slot: Slot, *, reusable: bool) -> Effects:
        return self._pool.released(slot, self._clock.monotonic(), reusable=reusable)

    def _give_back(self, slot: Slot) -> Effects:
        """Return a container that has not been touched."""
        if slot.initialized:
            return self._released(slot, reusable=True)
        return self._pool.returned(slot, self._clock.monotonic())

    def _retry(self, slot: Slot, job: Job, *, asked: bool = True) -> Effects:
        """Give up on a container that has not taken the activation, and try another one.

        Args:
            slot: the container.
            job: the activation.
            asked: whether the container itself has refused; else it was found dead.
        """
        if asked or not (slot.initialized or slot.shelved):
            # Any number of those that waited may have died idle; that says nothing of the next.
            job.attempts += 1
        self._tally.rescheduled += 1
        effects = self._released(slot, reusable=False)
        if job.attempts >= MAX_ATTEMPTS or self._aborting:
            text = texts.LOST if self._aborting else texts.NOT_PROVISIONED
            response = failure(StatusCode.INTERNAL_ERROR, text)
            self._completion.fail(job.message, job.prepared, response)
            return effects
        return [*effects, *self._pool.requeue(job, self._clock.monotonic())]

    # -- containers ----------------------------------------------------------------------------

    async def _create(self, slot: Slot) -> None:
        COUNTERS.sandbox_operations += 1
        spec = ContainerSpec(
            kind=slot.kind,
            memory_mb=slot.memory_mb,
            name=f"{slot.number}-{slot.namespace}",
            environment=self._environment,
        )
        try:
            container = await self._factory.create(spec)
        except ContainerError as error:
            self._not_created(slot, error)
            return
        except Exception as error:
            log.exception("container_factory_failed", kind=slot.kind)
            self._not_created(slot, ContainerError(repr(error)))
            return
        self._places[slot] = Place(container)
        effects = self._pool.created(slot, self._clock.monotonic())
        own = self._apply_elsewhere(slot, effects)
        if own is not None and own.job is not None:
            await self._work(slot, own.job, own.do)

    def _not_created(self, slot: Slot, error: ContainerError) -> None:
        log.error("container_not_created", kind=slot.kind, error=error.message)
        job, effects = self._pool.create_failed(slot, self._clock.monotonic())
        if job is not None:
            executable = job.prepared.executable
            if isinstance(executable, BlackBoxExec):
                text = texts.image_not_pulled(executable.image)
                response = failure(StatusCode.DEVELOPER_ERROR, text)
            elif isinstance(error, MissingToolchainError):
                response = failure(StatusCode.INTERNAL_ERROR, error.message)
            else:
                response = failure(StatusCode.INTERNAL_ERROR, texts.NOT_PROVISIONED)
            self._completion.fail(job.message, job.prepared, response)
        self._apply(effects)

    async def _suspend(self, slot: Slot, place: Place) -> None:
        COUNTERS.sandbox_operations += 1
        try:
            await place.container.suspend()
            place.suspended = True
        except ContainerError as error:
            log.warning("container_not_suspended", container=place.container.id, error=str(error))
        finally:
            place.suspending = None
            self._pool.suspended(slot, done=place.suspended)

    async def _resume(self, place: Place) -> None:
        if place.suspending is not None:
            await asyncio.wait((place.suspending,))
        if place.suspended:
            COUNTERS.sandbox_operations += 1
            await place.container.resume()
            place.suspended = False

    async def _destroy(self, slot: Slot, place: Place) -> None:
        COUNTERS.sandbox_operations += 1
        if place.suspending is not None:
            await asyncio.wait((place.suspending,))
        if place.debt and not self._aborting:
            place.settled = asyncio.get_running_loop().create_future()
            await place.settled
        await place.container.destroy()
        self._apply(self._pool.destroyed(slot, self._clock.monotonic()))

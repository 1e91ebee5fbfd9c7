"""Which container takes which activation: decisions only, synchronous, O(1). Pure.

Order: a warm container of the same action → a stem cell → a new container → one in place of idle
ones → the queue of the action. A waiting activation takes whatever becomes free first, its own
cold start or somebody's warm container. Effects are returned and applied by ``scheduler``.

Source: contracts data-plane §4.2, with §11.7 and §11.8 in place of its single queue.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from whisk_platform.invoker.job import ActionKey, Job
from whisk_platform.invoker.keepalive.idling import Idling
from whisk_platform.invoker.lanes import Backlog, Lane, LaneBook
from whisk_platform.invoker.proxy import Do, Event, State
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.invoker.slot import Effect, Slot
from whisk_platform.invoker.turnstile import Turnstile

START_RESERVE_MB = 16
"""Measured memory that a container in creation is expected to take."""
MOST_WAIT_S = 1.0
"""Who would wait longer than that for quick ones before him, on a busy machine, is told at once."""
PASSED_OVER = 8
"""Lanes that are asked, one after another, when the first does not fit."""

Effects = list[Effect]


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolCounts:
    """What the pool holds at one moment."""

    containers: int
    busy: int
    starting: int
    idle: int
    stem_cells: int
    paused: int
    queued: int
    memory_mb: int
    """Sum of the containers' limits."""
    actions: int
    """Actions, for one namespace and revision each, that have work or containers."""


class Pool:
    """The tables of one invoker's containers and queues."""

    def __init__(
        self,
        settings: InvokerSettings,
        capacity_mb: int,
        measured_mb: Callable[[], int],
        takes_several: Callable[[str], bool] = lambda kind: True,
    ) -> None:
        """Make an empty pool.

        Args:
            settings: the invoker's.
            capacity_mb: memory that containers may really use.
            measured_mb: what they use now.
            takes_several: whether containers of a kind run activations beside each other.
        """
        self._settings = settings
        self._capacity_mb = capacity_mb
        self._committed_limit_mb = int(capacity_mb * settings.overcommit)
        self._measured_mb = measured_mb
        most = settings.container_concurrency
        self._lanes = LaneBook(lambda kind: most if most > 1 and takes_several(kind) else 1)
        self._backlog = Backlog(
            settings.max_queued, settings.max_queued_mb << 20, settings.namespace_share
        )
        self._waiting = Turnstile()
        self._since: dict[Lane, float] = {}
        self._slots: dict[Slot, None] = {}
        self._lane_of: dict[Slot, Lane] = {}
        self._idle = Idling(settings)
        self._unpaused: OrderedDict[Slot, None] = OrderedDict()
        self._stems: dict[tuple[str, int], OrderedDict[Slot, None]] = {}
        self._starting = 0
        self._memory_mb = 0
        self._numbers = 0
        self._yielded_mb = 0
        self._closed = False
        self.saving = False
        """Whether the processor is short: who is quick in several containers gets no more."""
        self.ended = 0
        """Activations that have left their containers."""
        self.ended_per_s = 0.0
        """Of late, while there was much to do."""

    # -- activations ---------------------------------------------------------------------------

    @property
    def queued(self) -> int:
        """How many activations wait."""
        return self._backlog.jobs

    @property
    def filled(self) -> float:
        """The part of the queue that is taken."""
        return self._backlog.jobs / self._settings.max_queued

    @property
    def memory_mb(self) -> int:
        """Sum of the containers' limits."""
        return self._memory_mb

    def has_room(self, namespace: str) -> bool:
        """Whether one more activation of a namespace may wait."""
        return self._backlog.has_room(namespace)

    def is_jammed(self, key: ActionKey) -> bool:
        """Whether an action's queue only grows longer, because the processor is short."""
        lane = self._lanes.get(key) if self.saving else None
        return lane is not None and lane.is_quick and lane.awaited > MOST_WAIT_S * self.ended_per_s

    def fits(self, job: Job) -> bool:
        """Whether its container could ever be made here."""
        memory_mb = job.action.limits.memory
        return memory_mb <= self._committed_limit_mb and memory_mb <= self._capacity_mb

    def submit(self, job: Job, now: float) -> Effects:
        """Take an activation; the caller has asked for room."""
        lane = self._lanes.get(job.key)
        if lane is not None and lane.warm:
            lane.past.called(now)
            return [self._occupy(next(reversed(lane.warm)), lane, job, now)]
        effects: Effects = []
        if lane is None:
            lane, older = self._lanes.open(job)
            if older is not None:
                effects = self._retire(older)
        lane.past.called(now)
        lane.past.missed(now)
        self._enqueue(lane, job, now)
        return [*effects, *self._admit(now)]

    def requeue(self, job: Job, now: float) -> Effects:
        """Take an activation back whose container turned out not to take it; it goes first."""
        lane = self._lanes.get(job.key) or self._lanes.open(job)[0]
        self._enqueue(lane, job, now, first=True)
        return self._serve(lane, now) or self._admit(now)

    def withdraw(self, which: Callable[[Job], bool]) -> list[Job]:
        """Take waiting activations out of the queues; for draining."""
        taken: list[Job] = []
        for lane in self._lanes:
            taken.extend(filter(which, lane.jobs))
            lane.jobs = deque(job for job in lane.jobs if not which(job))
            lane.awaited = sum(not job.message.journaled for job in lane.jobs)
            self._stand(lane)
            self._lanes.rest(lane)
        for job in taken:
            self._backlog.remove(job)
        return taken

    # -- containers ----------------------------------------------------------------------------

    def created(self, slot: Slot, now: float) -> Effects:
        """A container is ready for init."""
        self._starting -= 1
        slot.last_used = now
        slot.create_s = now - slot.created_at
        lane = self._unreserve(slot)
        if slot.advance(Event.CREATED) is Do.DESTROY:
            return [Effect(Do.DESTROY, slot), *self._admit(now)]
        if lane is not None and lane.jobs:
            effect = self._initialize(slot, lane, now)
            return [effect, *self._admit(now)]
        self._shelve(slot)
        return self._admit(now)

    def create_failed(self, slot: Slot, now: float) -> tuple[Job | None, Effects]:
        """A container could not be made.

        Returns:
            The activation that it was made for, which has now failed, if it still waits; effects.
        """
        self._starting -= 1
        lane = self._unreserve(slot)
        slot.advance(Event.CREATE_FAILED)
        self._forget(slot)
        job = self._dequeue(lane, now) if lane is not None and lane.jobs else None
        if lane is not None:
            self._stand(lane)
            self._lanes.rest(lane)
        return job, self._admit(now)

    def initialized(self, slot: Slot, now: float) -> Effects:
        """Init has succeeded: others of its action may join, if it takes several at once."""
        slot.initialized = True
        lane = self._lane_of[slot]
        if slot.state is not State.REMOVING:
            lane.initializing -= 1
        lane.past.started(slot.create_s + now - slot.last_used)
        if lane.concurrency == 1 or slot.doomed:
            return []
        lane.warm[slot] = None
        return self._serve(lane, now)

    def returned(self, slot: Slot, now: float) -> Effects:
        """A container was taken for init and is given back untouched."""
        slot.active -= 1
        slot.key = None
        slot.advance(Event.RETURNED)
        lane = self._lane_of.pop(slot)
        lane.containers -= 1
        lane.initializing -= 1
        self._stand(lane)
        self._lanes.rest(lane)
        self._shelve(slot)
        return self._admit(now)

    def released(self, slot: Slot, now: float, *, reusable: bool) -> Effects:
        """An activation has left its container.

        Args:
            slot: the container.
            now: monotonic seconds.
            reusable: whether the container may take another one.
        """
        self.ended += 1
        slot.active -= 1
        took_s = now - slot.last_used
        if self._waiting:
            self._waiting.charge(slot.namespace, took_s * slot.memory_mb)
        slot.last_used = now
        if slot.state is State.REMOVING:
            if not slot.active:
                self._lane_of.pop(slot, None)
            return []
        lane = self._lane_of[slot]
        lane.ran(took_s, self.saving)
        if not slot.initialized:
            lane.initializing -= 1
            slot.initialized = reusable
        if not reusable and not slot.doomed:
            slot.doomed = True
            lane.warm.pop(slot, None)
        if slot.doomed:
            return [self._remove(slot), *self._admit(now)] if not slot.active else []
        if lane.jobs:
            if not slot.active and self._must_yield(slot, lane, now):
                self._yielded_mb = slot.memory_mb
                return [self._remove(slot), *self._admit(now)]
            return [self._occupy(slot, lane, self._dequeue(lane, now), now)]
        lane.warm[slot] = None
        if not slot.active:
            slot.advance(Event.IDLE)
            self._idle.add(slot, lane, now)
            self._unpaused[slot] = None
        return self._admit(now) if self._waiting else []

    def suspended(self, slot: Slot, *, done: bool) -> None:
        """A suspension has ended."""
        slot.advance(Event.SUSPENDED if done else Event.SUSPEND_FAILED)

    def destroyed(self, slot: Slot, now: float) -> Effects:
        """Nothing is left of a container."""
        slot.advance(Event.DESTROYED)
        return self._admit(now) if self._waiting else []

    def tick(self, now: float) -> Effects:
        """Suspend and remove what has been idle for long enough."""
        effects: Effects = []
        grace = self._settings.pause_grace_s
        while grace and self._unpaused:
            slot = next(iter(self._unpaused))
            if slot.last_used + grace > now:
                break
            del self._unpaused[slot]
            if slot.advance(Event.GRACE_OVER) is not None:
                effects.append(Effect(Do.SUSPEND, slot))
        while (expired := self._idle.expired(now)) is not None:
            effects.append(self._remove(expired))
        return effects

    def next_tick(self) -> float | None:
        """When ``tick`` has something to do at the earliest; None while nothing is idle."""
        due = self._idle.next_check()
        if due is not None and self._settings.pause_grace_s and self._unpaused:
            first = next(iter(self._unpaused))
            due = min(due, first.last_used + self._settings.pause_grace_s)
        return due

    def close(self) -> Effects:
        """Remove every container, the busy ones too, and create none anymore."""
        self._closed = True
        return [self._remove(s) for s in list(self._slots) if s.state is not State.REMOVING]

    # -- looking -------------------------------------------------------------------------------

    def counts(self) -> PoolCounts:
        """What the pool holds now; walks through all containers."""
        states = [slot.state for slot in self._slots]
        return PoolCounts(
            containers=len(states),
            busy=states.count(State.RUNNING),
            starting=states.count(State.STARTING),
            idle=len(self._idle),
            stem_cells=states.count(State.STARTED),
            paused=states.count(State.PAUSED),
            queued=self.queued,
            memory_mb=self._memory_mb,
            actions=len(self._lanes),
        )

    def slots(self) -> Iterator[Slot]:
        """Every container, in order of creation."""
        return iter(self._slots)

    def lanes(self) -> Iterator[Lane]:
        """Every action that has work or containers."""
        return iter(self._lanes)

    # -- the row of those that need memory -----------------------------------------------------

    def _admit(self, now: float) -> Effects:
        """Start containers for lanes that wait, in turn, as far as there is room."""
        effects: Effects = []
        while self._waiting and not self._closed:
            granted = next(
                (lane for lane in self._candidates(now) if self._grant(lane, now, effects)), None
            )
            if granted is None:
                break
            self._served(granted, now)
        return effects

    def _candidates(self, now: float) -> Iterator[Lane]:
        """Who may get memory now: the first, or somebody smaller if the first still has time."""
        for lane in self._waiting.first(PASSED_OVER):
            yield lane
            if now - self._since.get(lane, now) > self._settings.fair_wait_s:
                return

    def _grant(self, lane: Lane, now: float, effects: Effects) -> bool:
        """Give a lane a stem cell or start a container for it, in place of idle ones if need be."""
        stems = self._stems.get((lane.kind, lane.memory_mb))
        if stems:
            slot = next(iter(stems))
            self._unshelve(slot)
            effects.append(self._initialize(slot, lane, now))
            return True
        if self._starting >= self._settings.parallel_starts or (self.saving and lane.is_quick):
            return False
        if not self._make_room(lane.memory_mb, now, effects):
            return False
        effects.append(self._create(lane, now))
        return True

    def _make_room(self, need_mb: int, now: float, effects: Effects) -> bool:
        missing = self._memory_mb + need_mb - self._committed_limit_mb
        starting_mb = START_RESERVE_MB * (self._starting + 1)
        # With no container at all there is nobody whose end would bring the waiting forward.
        if self._slots and self._measured_mb() + starting_mb > self._capacity_mb:
            # What they really use is the bottleneck: one goes for each that comes. Who has just
            # made way is not in the measured figure yet.
            missing = max(missing, need_mb - self._yielded_mb)
        if missing > self._idle.memory_mb:
            return False
        self._yielded_mb = 0
        while missing > 0:
            victim = self._idle.victim(now)
            missing -= victim.memory_mb
            effects.append(self._remove(victim))
        return True

    def _must_yield(self, slot: Slot, lane: Lane, now: float) -> bool:
        """Whether a container has to go although its own action still waits for it.

        It has to for an action that has got nothing for a while, and for longer than its own; but
        not before it has been of some use, or every call would need a container of its own.
        """
        fair_wait_s = self._settings.fair_wait_s
        if not self._waiting or now - slot.taken_at < fair_wait_s:
            return False
        head = next(self._waiting.first(1), None)
        if head is None or head is lane:
            return False
        waiting_since = self._since.get(head, now)
        if now - waiting_since <= fair_wait_s or waiting_since >= self._since.get(lane, now):
            return False
        return self._starting < self._settings.parallel_starts

    def _create(self, lane: Lane, now: float) -> Effect:
        self._numbers += 1
        slot = Slot(
            number=self._numbers,
            kind=lane.kind,
            memory_mb=lane.memory_mb,
            namespace=lane.key.namespace,
            created_at=now,
        )
        slot.key = lane.key
        self._slots[slot] = None
        self._lane_of[slot] = lane
        self._memory_mb += slot.memory_mb
        self._starting += 1
        lane.starting += 1
        lane.containers += 1
        do = slot.advance(Event.START)
        assert do is not None
        return Effect(do, slot)

    # -- handing over --------------------------------------------------------------------------

    def _initialize(self, slot: Slot, lane: Lane, now: float) -> Effect:
        """Give a lane's next activation to a container that is not initialized."""
        slot.key = lane.key
        slot.namespace = lane.key.namespace
        slot.taken_at = now
        self._lane_of[slot] = lane
        lane.containers += 1
        lane.initializing += 1
        return self._occupy(slot, lane, self._dequeue(lane, now), now)

    def _occupy(self, slot: Slot, lane: Lane, job: Job, now: float) -> Effect:
        if slot in self._idle:
            lane.past.paused(now - slot.last_used)
            self._idle.discard(slot)
            self._unpaused.pop(slot, None)
        slot.active += 1
        slot.last_used = now
        if slot.active >= lane.concurrency:
            lane.warm.pop(slot, None)
        do = slot.advance(Event.RUN)
        assert do is not None
        return Effect(do, slot, job)

    def _serve(self, lane: Lane, now: float) -> Effects:
        """Let waiting activations into warm containers of their action."""
        effects: Effects = []
        while lane.jobs and lane.warm:
            job = self._dequeue(lane, now)
            effects.append(self._occupy(next(reversed(lane.warm)), lane, job, now))
        return effects

    def _shelve(self, slot: Slot) -> None:
        """Keep a container that is not initialized as a stem cell."""
        slot.key = None
        slot.shelved = True
        self._stems.setdefault((slot.kind, slot.memory_mb), OrderedDict())[slot] = None
        self._idle.add(slot, None, slot.last_used)

    def _unshelve(self, slot: Slot) -> None:
        stems = self._stems[slot.kind, slot.memory_mb]
        del stems[slot]
        if not stems:
            del self._stems[slot.kind, slot.memory_mb]
        self._idle.discard(slot)

    def _unreserve(self, slot: Slot) -> Lane | None:
        """End the creation of a container for its lane; None if it was removed meanwhile."""
        lane = self._lane_of.pop(slot, None)
        if lane is not None:
            lane.starting -= 1
            lane.containers -= 1
        return lane

    # -- removal -------------------------------------------------------------------------------

    def _retire(self, lane: Lane) -> Effects:
        """Remove the idle containers of an action's older revision: nobody will ask for them."""
        return [self._remove(slot) for slot in list(lane.warm) if not slot.active]

    def _remove(self, slot: Slot) -> Effect:
        """Take a container out of every table; its memory counts as free from now on."""
        if slot.state is State.STARTED:
            self._unshelve(slot)
        if slot.state is State.STARTING:
            lane = self._unreserve(slot)
        else:
            lane = self._lane_of.get(slot)
            if lane is not None and slot.active == 0:
                del self._lane_of[slot]
            if lane is not None:
                lane.containers -= 1
                if slot.active and not slot.initialized:
                    lane.initializing -= 1
                lane.warm.pop(slot, None)
                if slot in self._idle:
                    lane.past.removed(slot.last_used)
        slot.doomed = True
        self._idle.discard(slot)
        self._unpaused.pop(slot, None)
        do = slot.advance(Event.REMOVE)
        self._forget(slot)
        if lane is not None:
            self._stand(lane)
            self._lanes.rest(lane)
        return Effect(do or Do.FORGET, slot)

    def _forget(self, slot: Slot) -> None:
        if slot in self._slots:
            del self._slots[slot]
            self._memory_mb -= slot.memory_mb

    # -- lanes and their queues ----------------------------------------------------------------

    def _enqueue(self, lane: Lane, job: Job, now: float, *, first: bool = False) -> None:
        if first:
            lane.jobs.appendleft(job)
        else:
            lane.jobs.append(job)
        lane.awaited += not job.message.journaled
        self._backlog.add(job)
        lane.allow(job)
        if lane not in self._since:
            self._since[lane] = now
        self._stand(lane)

    def _dequeue(self, lane: Lane, now: float) -> Job:
        job = lane.jobs.popleft()
        lane.awaited -= not job.message.journaled
        self._backlog.remove(job)
        self._served(lane, now)
        return job

    def _served(self, lane: Lane, now: float) -> None:
        """A lane has got something; so the row's first is who got nothing for longest."""
        self._since[lane] = now
        self._waiting.served(lane)
        self._stand(lane)

    def _stand(self, lane: Lane) -> None:
        """Put a lane into the row of those that need memory, or take it out."""
        if lane.wants_container:
            self._waiting.enter(lane)
            return
        self._waiting.leave(lane)
        if not lane.jobs:
            self._since.pop(lane, None)

"""Queues: one lane for each action, and how much waits in all of them. Pure."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from whisk_platform.invoker.job import ActionKey, Job
from whisk_platform.invoker.keepalive.keeping import Keeping, keeping_of
from whisk_platform.invoker.keepalive.past import Past
from whisk_platform.invoker.slot import Slot

RUNS_REMEMBERED = 16
SEVERAL = 64
QUICK_S = 0.05


@dataclass(slots=True, eq=False)
class Lane:
    """Everything about one action: who waits, who is warm, what is on its way."""

    key: ActionKey
    kind: str
    memory_mb: int
    concurrency: int
    """Activations at once in one container."""
    instances: int | None
    """Containers it may have; None = any number."""
    jobs: deque[Job] = field(default_factory=deque)
    warm: OrderedDict[Slot, None] = field(default_factory=OrderedDict)
    """Initialized containers with room for one more; the last one was used last."""
    starting: int = 0
    """Containers in creation for it."""
    initializing: int = 0
    """Containers that are being initialized with one of its activations."""
    containers: int = 0
    """Containers in creation or initialized for it."""
    keeping: Keeping | None = None
    """What its namespace has reserved; None = nothing."""
    awaited: int = 0
    """How many of the jobs somebody waits for."""
    run_s: float | None = None
    """How long an activation holds its container, on an average of the last ones."""
    past: Past = field(default_factory=Past)

    def allow(self, job: Job) -> None:
        """Take over what the limits of its namespace say now; they may have been changed."""
        self.instances = instances_of(job)
        self.keeping = keeping_of(job.message.user.limits)

    @property
    def is_quick(self) -> bool:
        """Whether further containers would only wait for a busy processor, as these do."""
        return self.containers >= SEVERAL and self.run_s is not None and self.run_s < QUICK_S

    def ran(self, took_s: float, short: bool) -> None:
        """Learn how long an activation has held its container.

        Args:
            took_s: seconds.
            short: whether the processor is short: then it may have waited for that.
        """
        known = took_s if self.run_s is None else self.run_s
        if short and took_s > known:
            return
        self.run_s = known + (took_s - known) / RUNS_REMEMBERED

    @property
    def wants_container(self) -> bool:
        """Whether more containers would help, and are allowed."""
        room = self.starting
        if self.concurrency > 1:
            room = room * self.concurrency + self.initializing * (self.concurrency - 1)
        if len(self.jobs) <= room:
            return False
        return self.instances is None or self.containers < self.instances

    @property
    def empty(self) -> bool:
        """Whether nothing speaks for remembering it."""
        return not self.jobs and not self.containers


def instances_of(job: Job) -> int | None:
    """How many containers the action of a job may have: its own limit, and its namespace's.

    Source: contracts rest-api §2.7, §6.1 (``instances``, ``maxActionInstances``).
    """
    own, most = job.action.limits.instances, job.message.user.limits.max_action_instances
    if own is None or most is None:
        return most if own is None else own
    return min(own, most)


def lane_for(job: Job, container_concurrency: int) -> Lane:
    """A new lane for the action of a job."""
    limits = job.action.limits
    return Lane(
        key=job.key,
        kind=job.prepared.container_kind,
        memory_mb=limits.memory,
        concurrency=max(1, min(limits.concurrency, container_concurrency)),
        instances=instances_of(job),
        keeping=keeping_of(job.message.user.limits),
    )


class Backlog:
    """How much waits, by number and size, altogether and for each namespace."""

    def __init__(self, most: int, most_bytes: int, share: float) -> None:
        """Count from nothing.

        Args:
            most: activations that may wait.
            most_bytes: of their arguments.
            share: the part of ``most`` that one namespace may fill.
        """
        self.jobs = 0
        self._most = most
        self._most_bytes = most_bytes
        self._most_of_one = most * share
        self._bytes = 0
        self._of: dict[str, int] = {}

    def has_room(self, namespace: str) -> bool:
        """Whether one more of a namespace may wait."""
        return (
            self.jobs < self._most
            and self._bytes < self._most_bytes
            and self._of.get(namespace, 0) < self._most_of_one
        )

    def add(self, job: Job) -> None:
        """Count one that waits."""
        self.jobs += 1
        self._bytes += job.size
        namespace = job.key.namespace
        self._of[namespace] = self._of.get(namespace, 0) + 1

    def remove(self, job: Job) -> None:
        """Count one that waits no longer."""
        self.jobs -= 1
        self._bytes -= job.size
        namespace = job.key.namespace
        left = self._of[namespace] - 1
        if left:
            self._of[namespace] = left
        else:
            del self._of[namespace]


class LaneBook:
    """The lanes by action; those without work are remembered for a while, for their pauses."""

    def __init__(self, concurrency_of: Callable[[str], int], remembered: int = 4096) -> None:
        """Make an empty book.

        Args:
            concurrency_of: how many activations a container of a kind may run at once.
            remembered: lanes without work that are kept.
        """
        self._concurrency_of = concurrency_of
        self._remembered = remembered
        self._lanes: dict[ActionKey, Lane] = {}
        self._resting: OrderedDict[ActionKey, Lane] = OrderedDict()
        self._newest: dict[tuple[object, ...], Lane] = {}

    def __len__(self) -> int:
        return len(self._lanes)

    def __iter__(self) -> Iterator[Lane]:
        return iter(list(self._lanes.values()))

    def get(self, key: ActionKey) -> Lane | None:
        """The lane of an action that has work or containers."""
        return self._lanes.get(key)

    def open(self, job: Job) -> tuple[Lane, Lane | None]:
        """Make or revive the lane of a job.

        Returns:
            The lane; the lane of an older revision of the same action that it replaces.
        """
        lane = self._resting.pop(job.key, None)
        if lane is None:
            lane = lane_for(job, self._concurrency_of(job.prepared.container_kind))
        self._lanes[job.key] = lane
        identity = (job.key.namespace, job.key.action, job.key.variant)
        older = self._newest.get(identity)
        if older is not None and older.key.revision >= job.key.revision:
            return lane, None
        self._newest[identity] = lane
        return lane, older

    def rest(self, lane: Lane) -> None:
        """Put an empty lane away."""
        if not lane.empty or self._lanes.get(lane.key) is not lane:
            return
        del self._lanes[lane.key]
        identity = (lane.key.namespace, lane.key.action, lane.key.variant)
        if self._newest.get(identity) is lane:
            del self._newest[identity]
        lane.past.calls = 0
        self._resting[lane.key] = lane
        if len(self._resting) > self._remembered:
            self._resting.popitem(last=False)

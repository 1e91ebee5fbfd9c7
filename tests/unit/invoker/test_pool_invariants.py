"""Whatever happens in whatever order, the pool keeps its books."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from tests.unit.invoker.samples import action, job
from whisk_platform.invoker.job import Job
from whisk_platform.invoker.pool import Effects, Pool
from whisk_platform.invoker.proxy import Do, State
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.invoker.slot import Slot

CAPACITY_MB = 1024
ACTIONS = (
    action("small", memory=128),
    action("medium", memory=256),
    action("other", memory=256),
    action("large", memory=512),
    action("few", memory=128, instances=1),
    action("shared", memory=256, concurrency=2),
)
NAMESPACES = ("x", "y")


class PoolMachine(RuleBasedStateMachine):
    """Submits, ends, fails, suspends, evicts and closes at random."""

    jobs = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        limits = InvokerSettings(overcommit=1, parallel_starts=3, container_concurrency=2)
        self.pool = Pool(limits, CAPACITY_MB, lambda: 0)
        self.now = 0.0
        self.creating: list[Slot] = []
        self.destroying: list[Slot] = []
        self.suspending: list[Slot] = []
        self.running: dict[Job, Slot] = {}
        self.waiting: set[Job] = set()

    def apply(self, effects: Effects) -> None:
        for do, slot, work in effects:
            if work is not None:
                assert work in self.waiting
                self.waiting.discard(work)
                self.running[work] = slot
                assert slot.kind == work.prepared.executable.kind
                assert slot.memory_mb == work.action.limits.memory
                assert slot.key == work.key
            elif do is Do.CREATE:
                self.creating.append(slot)
            elif do is Do.DESTROY:
                assert slot not in self.running.values()
                self.destroying.append(slot)
            elif do is Do.SUSPEND:
                self.suspending.append(slot)

    @rule(target=jobs, which=st.sampled_from(ACTIONS), namespace=st.sampled_from(NAMESPACES))
    def submit(self, which, namespace):  # type: ignore[no-untyped-def]
        work = job(which, namespace=namespace)
        self.waiting.add(work)
        self.apply(self.pool.submit(work, self.now))
        return work

    @rule(seconds=st.sampled_from((0.01, 0.2, 11.0, 601.0)))
    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.apply(self.pool.tick(self.now))

    @rule(good=st.booleans())
    def finish_creation(self, good: bool) -> None:
        if not self.creating:
            return
        slot = self.creating.pop(0)
        if good:
            self.apply(self.pool.created(slot, self.now))
            return
        failed, effects = self.pool.create_failed(slot, self.now)
        if failed is not None:
            self.waiting.discard(failed)
        self.apply(effects)

    @rule(work=jobs, end=st.sampled_from(("good", "bad", "returned", "refused")))
    def end(self, work: Job, end: str) -> None:
        slot = self.running.get(work)
        if slot is None:
            return
        del self.running[work]
        if end == "returned" and not slot.initialized:
            self.apply(self.pool.returned(slot, self.now))
            return
        if end == "good" and not slot.initialized:
            self.apply(self.pool.initialized(slot, self.now))
        self.apply(self.pool.released(slot, self.now, reusable=end == "good"))
        if end == "refused":
            self.waiting.add(work)
            self.apply(self.pool.requeue(work, self.now))

    @rule(work=jobs)
    def initialize(self, work: Job) -> None:
        slot = self.running.get(work)
        if slot is not None and not slot.initialized:
            self.apply(self.pool.initialized(slot, self.now))

    @rule(done=st.booleans())
    def finish_suspension(self, done: bool) -> None:
        if self.suspending:
            self.pool.suspended(self.suspending.pop(0), done=done)

    @rule()
    def finish_destruction(self) -> None:
        if self.destroying:
            slot = self.destroying.pop(0)
            if slot not in self.suspending:
                self.apply(self.pool.destroyed(slot, self.now))

    @invariant()
    def memory_is_never_exceeded_and_adds_up(self) -> None:
        slots = list(self.pool.slots())
        assert sum(slot.memory_mb for slot in slots) == self.pool.counts().memory_mb
        assert self.pool.counts().memory_mb <= CAPACITY_MB

    @invariant()
    def what_waits_is_what_is_counted(self) -> None:
        assert self.pool.queued == len(self.waiting)

    @invariant()
    def a_container_runs_no_more_than_it_may(self) -> None:
        for slot in self.pool.slots():
            active = [work for work, place in self.running.items() if place is slot]
            assert slot.active == len(active)
            assert (slot.state is State.RUNNING) == bool(active)
            assert len(active) <= (2 if active and active[0].action.limits.concurrency > 1 else 1)

    @invariant()
    def no_action_has_more_containers_than_its_limit(self) -> None:
        for namespace in NAMESPACES:
            held = [
                slot
                for slot in self.pool.slots()
                if slot.key is not None
                and slot.key.action.name == "few"
                and slot.key.namespace == namespace
            ]
            assert len(held) <= 1

    @invariant()
    def every_lane_knows_what_is_being_initialized_for_it(self) -> None:
        for lane in self.pool.lanes():
            slots = {
                slot
                for work, slot in self.running.items()
                if work.key == lane.key and not slot.initialized and slot.state is State.RUNNING
            }
            assert lane.initializing == len(slots)

    @invariant()
    def nobody_waits_while_nothing_is_under_way(self) -> None:
        if self.waiting:
            assert self.running or self.creating

    def teardown(self) -> None:
        """In the end everybody gets through."""
        for _ in range(10_000):
            if not (self.waiting or self.running or self.creating):
                break
            self.now += 0.05
            while self.creating:
                self.finish_creation(True)
            for work in list(self.running):
                self.end(work, "good")
        assert not self.waiting
        self.apply(self.pool.close())
        assert self.pool.counts().containers == 0
        assert self.pool.counts().memory_mb == 0
        assert self.pool.counts().actions == 0


TestPool = PoolMachine.TestCase
TestPool.settings = settings(max_examples=150, stateful_step_count=60, deadline=None)

"""The pool's decisions, one at a time."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests.unit.invoker.samples import action, job
from whisk_platform.entities.action import Action
from whisk_platform.invoker.job import Job
from whisk_platform.invoker.pool import Effects, Pool
from whisk_platform.invoker.proxy import Do, State
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.invoker.slot import Slot


@dataclass
class Hands:
    """Does at once what the pool says, and remembers what runs where."""

    pool: Pool
    now: float = 0.0
    creating: list[Slot] = field(default_factory=list)
    running: dict[Job, Slot] = field(default_factory=dict)
    did: list[Do] = field(default_factory=list)

    def apply(self, effects: Effects) -> None:
        for do, slot, work in effects:
            self.did.append(do)
            if work is not None:
                self.running[work] = slot
            elif do is Do.CREATE:
                self.creating.append(slot)
            elif do is Do.DESTROY:
                self.apply(self.pool.destroyed(slot, self.now))

    def submit(self, work: Job) -> Job:
        self.apply(self.pool.submit(work, self.now))
        return work

    def created(self, slot: Slot | None = None) -> None:
        ready = slot or self.creating[0]
        self.creating.remove(ready)
        self.apply(self.pool.created(ready, self.now))

    def all_created(self) -> None:
        while self.creating:
            self.created()

    def end(self, work: Job, *, reusable: bool = True) -> None:
        slot = self.running.pop(work)
        if not slot.initialized:
            self.apply(self.pool.initialized(slot, self.now))
        self.apply(self.pool.released(slot, self.now, reusable=reusable))

    def call(self, of: Action, namespace: str = "guest") -> Slot:
        """One whole activation."""
        work = self.submit(job(of, namespace=namespace))
        self.all_created()
        slot = self.running[work]
        self.end(work)
        return slot


def hands(
    containers: int = 100,
    *,
    measured_mb: int = 0,
    parallel_starts: int = 8,
    keep_alive: str = "histogram",
    keep_alive_s: float = 600.0,
    pause_grace_s: float = 10.0,
    max_queued: int = 100_000,
    namespace_share: float = 0.75,
    container_concurrency: int = 1,
) -> Hands:
    """A pool with memory for so many containers of 256 MB."""
    settings = InvokerSettings(
        overcommit=1,
        parallel_starts=parallel_starts,
        keep_alive=keep_alive,
        keep_alive_s=keep_alive_s,
        pause_grace_s=pause_grace_s,
        max_queued=max_queued,
        namespace_share=namespace_share,
        container_concurrency=container_concurrency,
    )
    return Hands(Pool(settings, containers * 256, lambda: measured_mb))


A, B, C = action("a"), action("b"), action("c")


def test_a_warm_container_is_preferred_and_the_last_used_one_first() -> None:
    h = hands()
    first, second = h.submit(job(A)), h.submit(job(A))
    h.all_created()
    slot = h.running[second]
    h.end(first)
    h.end(second)
    third = h.submit(job(A))
    assert h.running[third] is slot
    assert h.did.count(Do.CREATE) == 2


def test_a_container_serves_one_namespace_and_one_action_only() -> None:
    h = hands()
    mine, others = h.call(A), h.call(A, "other")
    assert mine is not others
    assert h.call(B) not in (mine, others)
    assert h.call(A) is mine


def test_a_new_revision_gets_its_own_container_and_the_old_one_goes() -> None:
    h = hands()
    old = h.call(action("a", revision=1))
    new = h.call(action("a", revision=2))
    assert new is not old
    assert old.state is State.REMOVING
    assert h.call(action("a", revision=1)) is not new


def test_a_waiting_call_takes_a_warm_container_that_is_free_before_its_own_has_started() -> None:
    h = hands()
    first = h.submit(job(A))
    h.all_created()
    slot = h.running[first]
    second = h.submit(job(A))
    assert len(h.creating) == 1
    h.end(first)
    assert h.running[second] is slot


def test_a_container_whose_call_was_served_elsewhere_becomes_a_stem_cell_for_its_kind() -> None:
    h = hands()
    first = h.submit(job(A))
    h.all_created()
    h.submit(job(A))
    h.end(first)
    spare = h.creating[0]
    h.all_created()
    assert h.pool.counts().stem_cells == 1
    assert h.call(B, "other") is spare
    assert h.pool.counts().stem_cells == 0


def test_a_stem_cell_is_not_used_for_another_size() -> None:
    h = hands()
    first = h.submit(job(A))
    h.all_created()
    h.submit(job(A))
    h.end(first)
    h.all_created()
    h.submit(job(action("big", memory=512)))
    assert len(h.creating) == 1


def test_no_more_containers_are_in_creation_than_may_be() -> None:
    h = hands(parallel_starts=3)
    for _ in range(10):
        h.submit(job(A))
    assert len(h.creating) == 3
    h.created()
    assert len(h.creating) == 3


def test_when_memory_is_short_an_idle_container_goes_and_a_busy_one_never() -> None:
    h = hands(2)
    idle = h.call(A)
    busy = h.submit(job(B))
    h.all_created()
    h.now += 1
    third = h.submit(job(C))
    assert idle.state is State.REMOVING
    h.all_created()
    assert h.running[busy].state is State.RUNNING
    fourth = h.submit(job(A))
    assert fourth not in h.running
    assert not h.creating
    h.end(third)
    assert len(h.creating) == 1


def test_the_least_recently_used_goes_under_the_policy_fixed() -> None:
    h = hands(2, keep_alive="fixed")
    a = h.call(A)
    h.now = 1
    b = h.call(B)
    h.now = 2
    h.call(C)
    assert (a.state, b.state) == (State.REMOVING, State.READY)


@pytest.mark.parametrize(("policy", "most_cold"), [("fixed", 1000), ("histogram", 120)])
def test_actions_called_in_turn_stay_warm_as_far_as_containers_go(
    policy: str, most_cold: int
) -> None:
    """100 actions in turn, containers for 90: the oldest rule finds every container just gone."""
    h = hands(90, keep_alive=policy)
    actions = [action(f"a{number}") for number in range(100)]
    for _ in range(3):
        for called in actions:
            h.now += 0.01
            h.call(called)
    h.did.clear()
    for _ in range(10):
        for called in actions:
            h.now += 0.01
            h.call(called)
    cold = h.did.count(Do.CREATE)
    assert cold == 1000 if policy == "fixed" else cold <= most_cold


def test_what_nobody_asks_for_anymore_goes_before_what_is_asked_for_every_minute() -> None:
    h = hands(2)
    h.call(A)
    h.now = 1
    dead = h.call(A, "other")
    for minute in range(1, 20):
        h.now = minute * 60
        h.call(A)
    h.now += 30
    h.call(B)
    assert dead.state is State.REMOVING


def test_the_own_container_of_a_small_action_does_not_wait_for_a_big_one() -> None:
    """A call that needs more than there is does not stand in the way of those that need none."""
    h = hands(3)
    first = h.submit(job(A))
    second = h.submit(job(B))
    h.all_created()
    h.submit(job(action("big", memory=768)))
    h.end(first)
    assert h.call(A).state is State.READY
    assert second in h.running


def test_a_smaller_one_passes_a_big_one_only_for_a_while() -> None:
    h = hands(3)
    h.submit(job(A))
    h.all_created()
    h.submit(job(action("big", memory=768)))
    h.submit(job(B))
    assert len(h.creating) == 1
    h.all_created()
    h.now += 1
    h.submit(job(C))
    assert not h.creating


def test_one_busy_action_cannot_keep_another_from_running() -> None:
    h = hands(2)
    work = [h.submit(job(A)) for _ in range(50)]
    h.all_created()
    waiting = h.submit(job(B, namespace="other"))
    ended = 0
    while waiting not in h.running:
        current = next(w for w in work if w in h.running)
        h.now += 0.03
        h.end(current)
        h.all_created()
        ended += 1
        assert ended < 12
    assert sum(w in h.running for w in work) == 1


def test_two_busy_actions_do_not_drive_each_others_containers_out_at_every_call() -> None:
    h = hands(2)
    queues = {of: [h.submit(job(of)) for _ in range(200)] for of in (A, B)}
    h.all_created()
    for _ in range(300):
        h.now += 0.002
        for work in list(h.running):
            h.end(work)
        h.all_created()
    assert h.did.count(Do.CREATE) <= 2 + 0.002 * 300 / 0.1 + 1
    done = {of: sum(w not in h.running for w in queue) for of, queue in queues.items()}
    assert min(done.values()) > 0


def test_namespaces_get_containers_in_turn() -> None:
    h = hands(1)
    first = h.submit(job(A, namespace="x"))
    h.all_created()
    for name in "abcdefgh":
        h.submit(job(action(name), namespace="crowd"))
    lonely = h.submit(job(A, namespace="lonely"))
    h.now += 1
    h.end(first)
    h.all_created()
    [crowd] = [w for w in h.running if w.key.namespace == "crowd"]
    h.now += 1
    h.end(crowd)
    h.all_created()
    assert lonely in h.running


def test_an_action_has_no_more_containers_than_its_limit_of_instances() -> None:
    h = hands()
    limited = action("few", instances=2)
    work = [h.submit(job(limited)) for _ in range(5)]
    h.all_created()
    assert sum(w in h.running for w in work) == 2
    for current in work:
        assert current in h.running
        h.end(current)
    assert h.did.count(Do.CREATE) == 2


def test_a_lost_container_makes_room_for_another_instance() -> None:
    h = hands()
    limited = action("few", instances=1)
    work = [h.submit(job(limited)) for _ in range(2)]
    h.all_created()
    h.end(work[0], reusable=False)
    h.all_created()
    assert work[1] in h.running


def test_a_failed_activation_takes_its_container_along() -> None:
    h = hands()
    work = h.submit(job(A))
    h.all_created()
    slot = h.running[work]
    h.end(work, reusable=False)
    assert slot.state is State.REMOVING
    assert h.pool.counts().containers == 0
    assert h.pool.counts().memory_mb == 0


def test_a_failed_creation_ends_the_call_it_was_for() -> None:
    h = hands(parallel_starts=1)
    first, second = h.submit(job(A)), h.submit(job(A))
    failed, effects = h.pool.create_failed(h.creating.pop(), h.now)
    h.apply(effects)
    assert failed is first
    h.all_created()
    assert second in h.running
    assert h.pool.queued == 0


def test_a_call_that_its_container_did_not_take_goes_first() -> None:
    h = hands(1)
    first = h.submit(job(A))
    h.all_created()
    second = h.submit(job(A))
    slot = h.running.pop(first)
    h.apply(h.pool.released(slot, h.now, reusable=False))
    h.apply(h.pool.requeue(first, h.now))
    h.all_created()
    assert first in h.running
    assert second not in h.running


def test_measured_memory_bounds_what_limits_would_allow() -> None:
    h = hands(100, measured_mb=100 * 256)
    idle = h.call(A)
    other = h.call(B)
    assert idle.state is State.REMOVING
    busy = h.submit(job(B))
    h.submit(job(C))
    assert not h.creating
    assert h.running[busy] is other
    h.end(busy)
    assert len(h.creating) == 1


def test_a_yielded_container_is_enough_for_who_waited_even_while_the_measure_is_old() -> None:
    h = hands(2, measured_mb=2 * 256)
    work = [h.submit(job(A)) for _ in range(5)]
    h.all_created()
    waiting = h.submit(job(B))
    for _ in range(2):
        h.now += 1
        h.end(next(w for w in work if w in h.running))
        h.all_created()
    assert waiting in h.running


def test_the_queue_is_bounded_and_no_namespace_fills_it() -> None:
    h = hands(1, max_queued=4, namespace_share=0.5)
    h.submit(job(A))
    h.all_created()
    for _ in range(2):
        assert h.pool.has_room("guest")
        h.submit(job(A))
    assert not h.pool.has_room("guest")
    for _ in range(2):
        assert h.pool.has_room("other")
        h.submit(job(A, namespace="other"))
    assert not h.pool.has_room("third")


def test_an_action_too_big_for_the_invoker_does_not_fit() -> None:
    pool = hands(1).pool
    assert pool.fits(job(A))
    assert not pool.fits(job(action("big", memory=512)))


def test_idle_containers_are_suspended_then_removed_by_the_clock() -> None:
    h = hands(keep_alive="fixed", keep_alive_s=60, pause_grace_s=10)
    assert h.pool.next_tick() is None
    slot = h.call(A)
    assert h.pool.next_tick() == 10
    h.now = 10
    h.apply(h.pool.tick(h.now))
    h.pool.suspended(slot, done=True)
    assert h.pool.counts().paused == 1
    assert h.pool.next_tick() == 60
    h.now = 60
    h.apply(h.pool.tick(h.now))
    assert slot.state is State.REMOVING
    assert h.pool.next_tick() is None


def test_a_call_overtakes_a_suspension_under_way() -> None:
    h = hands()
    slot = h.call(A)
    h.now = 10
    h.apply(h.pool.tick(h.now))
    work = h.submit(job(A))
    assert h.did[-1] is Do.RESUME_AND_RUN
    h.pool.suspended(slot, done=True)
    h.end(work)
    assert slot.state is State.READY


def test_several_activations_share_a_container_only_once_it_is_initialized() -> None:
    h = hands(container_concurrency=2)
    shared = action("shared", concurrency=5)
    work = [h.submit(job(shared)) for _ in range(3)]
    h.created()
    assert sum(w in h.running for w in work) == 1
    slot = h.running[work[0]]
    h.apply(h.pool.initialized(slot, h.now))
    assert h.running[work[1]] is slot
    assert work[2] not in h.running
    h.end(work[0])
    assert h.running[work[2]] is slot


def test_a_shared_container_that_fails_lets_the_others_finish() -> None:
    h = hands(container_concurrency=2)
    shared = action("shared", concurrency=2)
    h.call(shared)
    first, second = h.submit(job(shared)), h.submit(job(shared))
    slot = h.running[first]
    assert h.running[second] is slot
    h.end(first, reusable=False)
    assert h.pool.counts().busy == 1
    h.end(second)
    assert slot.state is State.REMOVING


def test_closing_removes_everything_busy_or_not() -> None:
    h = hands()
    h.call(A)
    busy = h.submit(job(B))
    h.all_created()
    h.submit(job(C))
    h.apply(h.pool.close())
    assert h.pool.counts().containers == 0
    h.end(busy)
    h.created()
    assert h.pool.counts().containers == 0
    assert h.did.count(Do.DESTROY) == 3


def test_waiting_calls_can_be_withdrawn() -> None:
    h = hands(1)
    h.submit(job(A))
    h.all_created()
    waiting = [h.submit(job(A)), h.submit(job(B))]
    assert h.pool.withdraw(lambda work: work.key.action.name == "b") == waiting[1:]
    assert h.pool.queued == 1

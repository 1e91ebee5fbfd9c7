"""Drives the real pool through a workload, event by event, on virtual time.

The pool is synchronous and says what it wants done; here that is an entry in a calendar. No clock,
no task and no process is involved, so that a day of calls takes seconds and comes out the same on
every machine. Balancers are to be put before pools in the same way: ``Machine.arrive`` is where a
call reaches one invoker.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

from tests.bench.simulate.workload import Call, Function, Workload
from whisk_platform.common.ids import ActivationId, TransactionId
from whisk_platform.common.jsontext import RawJSON
from whisk_platform.entities.action import Action
from whisk_platform.entities.exec import CodeExec
from whisk_platform.entities.identity import AuthKey, Identity
from whisk_platform.entities.limits import ActionLimits, NamespaceLimits
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.entities.names import parse
from whisk_platform.entities.parameters import Parameters
from whisk_platform.invoker.job import Job, key_of
from whisk_platform.invoker.pool import Effects, Pool
from whisk_platform.invoker.prepared import prepare
from whisk_platform.invoker.proxy import Do
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.invoker.slot import Slot

NAMESPACES = 10
"""Owners of the functions, in turn."""


@dataclass(slots=True)
class Outcome:
    """What came of a workload."""

    calls: int = 0
    cold: int = 0
    """Calls that had to wait for init."""
    evicted: int = 0
    """Idle containers removed, for memory or for time."""
    cold_s: float = 0.0
    """Seconds of creating and initializing."""
    waited_s: float = 0.0
    """Before init or run began, all calls together."""
    megabyte_s: float = 0.0
    """Limits of the containers there were, by time."""
    length_s: float = 0.0

    @property
    def cold_share(self) -> float:
        """The part of the calls that were cold."""
        return self.cold / max(1, self.calls)

    @property
    def mean_mb(self) -> float:
        """Memory held on average."""
        return self.megabyte_s / max(1e-9, self.length_s)


@dataclass(slots=True)
class Machine:
    """One invoker without containers."""

    pool: Pool
    outcome: Outcome = field(default_factory=Outcome)
    now_s: float = 0.0
    _calendar: list[tuple[float, int, str, Slot | None, Job | None]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)
    _jobs: dict[int, tuple[Job, Function]] = field(default_factory=dict)
    _of: dict[Job, Call] = field(default_factory=dict)
    _functions: dict[object, Function] = field(default_factory=dict)
    _tick_at: float = float("inf")

    def play(self, workload: Workload) -> Outcome:
        """Run a workload to its last call, and count."""
        for call in workload.calls:
            self.run_until(call.at_s)
            self.arrive(call)
        self.outcome.length_s = self.now_s
        return self.outcome

    def arrive(self, call: Call) -> None:
        """Hand one call to the pool."""
        template, _ = self._jobs.get(call.function.number) or self._prepare(call.function)
        job = Job(template.message, template.prepared, template.key, call.at_s)
        self._of[job] = call
        self.outcome.calls += 1
        self._apply(self.pool.submit(job, self.now_s))

    def run_until(self, at_s: float) -> None:
        """Let everything happen that is due until then."""
        while True:
            due = self._calendar[0][0] if self._calendar else float("inf")
            if min(due, self._tick_at) > at_s:
                self._pass(at_s)
                return
            if self._tick_at <= due:
                self._pass(self._tick_at)
                self._tick_at = float("inf")
                self._apply(self.pool.tick(self.now_s))
            else:
                self._pass(due)
                _, _, what, slot, job = heappop(self._calendar)
                assert slot is not None
                self._happen(what, slot, job)

    def _happen(self, what: str, slot: Slot, job: Job | None) -> None:
        if what == "created":
            self._apply(self.pool.created(slot, self.now_s))
        elif what == "initialized":
            assert job is not None
            self._apply(self.pool.initialized(slot, self.now_s))
            self._later(self._of[job].run_s, "ended", slot, job)
        else:
            assert job is not None
            del self._of[job]
            self._apply(self.pool.released(slot, self.now_s, reusable=True))

    def _apply(self, effects: Effects) -> None:
        for do, slot, job in effects:
            if job is not None:
                self._begin(do, slot, job)
            elif do is Do.CREATE:
                assert slot.key is not None
                function = self._functions[slot.key]
                self.outcome.cold_s += function.create_s
                self._later(function.create_s, "created", slot, None)
            elif do is Do.DESTROY:
                self.outcome.evicted += 1
                self._apply(self.pool.destroyed(slot, self.now_s))
        due = self.pool.next_tick()
        self._tick_at = float("inf") if due is None else max(due, self.now_s)

    def _begin(self, do: Do, slot: Slot, job: Job) -> None:
        call = self._of[job]
        self.outcome.waited_s += self.now_s - job.arrived
        if do is Do.INITIALIZE_AND_RUN:
            self.outcome.cold += 1
            self.outcome.cold_s += call.function.init_s
            self._later(call.function.init_s, "initialized", slot, job)
        else:
            self._later(call.run_s, "ended", slot, job)

    def _later(self, seconds: float, what: str, slot: Slot, job: Job | None) -> None:
        heappush(self._calendar, (self.now_s + seconds, next(self._numbers), what, slot, job))

    def _pass(self, at_s: float) -> None:
        if at_s > self.now_s:
            self.outcome.megabyte_s += (at_s - self.now_s) * self.pool.memory_mb
            self.now_s = at_s

    def _prepare(self, function: Function) -> tuple[Job, Function]:
        made = _job(function)
        self._jobs[function.number] = made, function
        self._functions[made.key] = function
        return made, function


def machine(capacity_mb: int, policy: str) -> Machine:
    """An invoker with so much memory for containers under a keep-alive policy."""
    settings = InvokerSettings(
        overcommit=1, keep_alive=policy, pause_grace_s=0, parallel_starts=64, fair_wait_s=10
    )
    return Machine(Pool(settings, capacity_mb, lambda: 0))


def _job(function: Function) -> Job:
    namespace = f"n{function.number % NAMESPACES}"
    key = AuthKey(uuid=f"uuid-of-{namespace}", key="k" * 64)
    user = Identity(
        subject=f"{namespace}-subject", namespace=namespace, authkey=key, limits=NamespaceLimits()
    )
    action = Action(
        fqn=parse(f"/{namespace}/f{function.number}"),
        exec=CodeExec(kind=function.kind, binary=False),
        limits=ActionLimits(timeout=60_000, memory=function.memory_mb, logs=10, concurrency=1),
        revision=1,
        version="0.0.1",
        annotations=Parameters.from_members({}),
    )
    message = ActivationMessage(
        transid=TransactionId("simulated"),
        received_ms=0,
        action=action.fqn,
        revision=action.revision,
        user=user,
        activation_id=ActivationId("0" * 32),
        controller="0",
        blocking=True,
        content=RawJSON(b"{}"),
        init_content={},
    )
    prepared = prepare(action)
    assert prepared is not None
    return Job(message, prepared, key_of(message, action), 0.0)

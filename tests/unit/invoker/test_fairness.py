"""One namespace cannot delay another; under virtual time, with the real pool."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.invoker.samples import action, job
from tests.unit.invoker.test_pool import Hands, hands
from whisk_platform.entities.action import Action
from whisk_platform.invoker.job import Job
from whisk_platform.invoker.proxy import Do

CREATE_S = 0.02
FAIR_WAIT_S = 0.1
"""The default of ``fair_wait_s``."""


class Timed:
    """Runs a pool's containers in virtual time: creation and runs take what they take."""

    def __init__(self, h: Hands) -> None:
        self.h = h
        self.began: dict[Job, float] = {}
        self.used_mb_s: dict[str, float] = {}
        self._events: list[tuple[float, int, Job | None]] = []
        self._numbers = count()
        self._takes: dict[Job, float] = {}
        self._creating = 0

    def submit(self, of: Action, namespace: str, takes_s: float) -> Job:
        work = job(of, namespace=namespace)
        self._takes[work] = takes_s
        self.h.submit(work)
        self._look()
        return work

    def run(self, until: float) -> None:
        """Let time pass."""
        while self._events and self._events[0][0] <= until:
            self.h.now, _, work = heappop(self._events)
            if work is None:
                self._creating -= 1
                self.h.created()
            else:
                slot = self.h.running[work]
                used = slot.memory_mb * self._takes[work]
                name = work.key.namespace
                self.used_mb_s[name] = self.used_mb_s.get(name, 0.0) + used
                self.h.end(work)
            self._look()
        self.h.now = until

    def _look(self) -> None:
        while self._creating < len(self.h.creating):
            self._creating += 1
            heappush(self._events, (self.h.now + CREATE_S, next(self._numbers), None))
        for work in self.h.running:
            if work not in self.began:
                self.began[work] = self.h.now
                ends = self.h.now + self._takes[work]
                heappush(self._events, (ends, next(self._numbers), work))


@settings(max_examples=40, deadline=None)
@given(
    actions=st.integers(1, 60),
    calls_each=st.integers(1, 40),
    run_s=st.floats(0.001, 0.5),
    containers=st.integers(1, 8),
    arrives=st.floats(0, 2),
)
def test_a_noisy_namespace_does_not_delay_another_by_how_noisy_it_is(
    actions: int, calls_each: int, run_s: float, containers: int, arrives: float
) -> None:
    """Whatever waits before it, a lonely call begins as soon as a container has been of use."""
    timed = Timed(hands(containers))
    for number in range(actions):
        for _ in range(calls_each):
            timed.submit(action(f"noise{number}"), "noisy", run_s)
    timed.run(arrives)
    lonely = timed.submit(action("lonely"), "quiet", 0.01)
    bound = FAIR_WAIT_S * 2 + run_s * 2 + CREATE_S * 2
    timed.run(arrives + bound + 0.001)
    assert lonely in timed.began
    assert timed.began[lonely] - arrives <= bound


@pytest.mark.parametrize(
    ("one", "other"),
    [((512, 2.0), (128, 0.01)), ((256, 0.5), (256, 0.02)), ((128, 0.05), (256, 0.05))],
    ids=["large and slow", "slow", "large"],
)
def test_namespaces_that_both_want_everything_get_about_the_same(
    one: tuple[int, float], other: tuple[int, float]
) -> None:
    """Shares are counted in memory and time, not in calls or containers."""
    timed = Timed(hands(4))
    for namespace, (memory_mb, run_s) in (("x", one), ("y", other)):
        for number in range(8):
            for _ in range(int(20 / run_s)):
                timed.submit(action(f"a{number}", memory=memory_mb), namespace, run_s)
    timed.run(20)
    shares = sorted(timed.used_mb_s.values())
    assert len(shares) == 2
    assert shares[1] < 2.0 * shares[0]


def test_many_busy_actions_take_turns_without_a_cold_start_for_each_call() -> None:
    timed = Timed(hands(4))
    for number in range(100):
        for _ in range(100):
            timed.submit(action(f"a{number}"), "guest", 0.005)
    timed.run(10)
    calls = len(timed.began)
    created = timed.h.pool.counts().containers + timed.h.did.count(Do.DESTROY)
    assert calls > 5_000
    assert created < calls / 8

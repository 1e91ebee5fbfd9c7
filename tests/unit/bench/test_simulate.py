"""The comparison of keep-alive policies, small: it is repeatable, and the default deserves it."""

from __future__ import annotations

import pytest

from tests.bench.simulate.machine import machine
from tests.bench.simulate.table import Case, compare, ratio, render
from tests.bench.simulate.workload import SHAPES, make
from whisk_platform.invoker.settings import InvokerSettings

DEFAULT = InvokerSettings().keep_alive


def _case(shape: str, share: float) -> Case:
    return Case(shape=shape, count=40, hours=4.0, seed=7, share=share, policies=("fixed", DEFAULT))


def test_the_same_seed_leads_to_the_same_calls_and_the_same_decisions() -> None:
    first, second = (make("mixed", count=30, hours=2, seed=3) for _ in range(2))
    assert first == second
    outcomes = [machine(2048, DEFAULT).play(workload) for workload in (first, second)]
    assert outcomes[0] == outcomes[1]


def test_every_call_is_served_and_memory_is_never_exceeded() -> None:
    workload = make("bursts", count=30, hours=2, seed=3)
    simulated = machine(2048, DEFAULT)
    outcome = simulated.play(workload)
    assert outcome.mean_mb <= 2048
    simulated.run_until(simulated.now_s + 3600)
    assert outcome.calls == len(workload.calls)
    assert simulated.pool.queued == 0
    assert simulated.pool.counts().busy == 0


@pytest.mark.parametrize("shape", [*SHAPES, "in turn"])
def test_the_default_policy_is_in_no_shape_worse_than_the_references(shape: str) -> None:
    assert ratio([compare(_case(shape, share)) for share in (0.5, 0.9)], DEFAULT) <= 1.02


def test_over_all_shapes_the_default_policy_makes_far_fewer_calls_cold() -> None:
    results = [compare(_case(shape, share)) for shape in SHAPES for share in (0.2, 0.5, 0.9)]
    assert ratio(results, DEFAULT) <= 0.75
    assert f"`{DEFAULT}`" in render(results)

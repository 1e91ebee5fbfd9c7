"""How much a run measures."""

from dataclasses import dataclass

from tests.bench.comparison import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much a run measures."""

    plan: Plan
    """Of warm calls, and of the self-test."""
    block: int
    """Requests of a block when throughput is measured."""
    steady_s: float
    """Of the open loop at half the peak."""
    payload_calls: int
    """Of a block, for each size."""
    cold: int
    """New actions of each kind."""
    burst: int
    turns: int
    """Calls of a round over many actions."""
    rounds: int
    """Of that, and of the calls with logs."""
    accept_s: float
    backlog: int
    """Calls that are to wait at the same time."""
    hold_s: float
    """As long as containers are kept busy for that."""
    log_calls: int
    starts: int
    settle_s: float
    """After a start, until the platform is as idle as it will be."""
    idle_s: float
    """Measured after that."""
    steps: int
    """Calls of each length of a sequence."""
    fires: int
    actions: int
    """Listed actions."""
    pages: int
    records: int
    """Written into the activation store."""
    store_lists: int
    """Of each sort, from the full store."""
    functions: int
    """Simulated."""
    hours: float
    """Of their calls."""
    commands: int
    """Runs of each command of ``wsk``."""
    calm_s: float
    """Before the overload."""
    storm_s: float
    after_s: float
    grace_s: float
    """For the answers that are lacking at the end."""


QUICK = Size(
    plan=Plan(rounds=10, requests=150, warmup=20),
    block=800,
    steady_s=3,
    payload_calls=30,
    cold=10,
    burst=100,
    turns=1000,
    rounds=2,
    accept_s=2,
    backlog=10_000,
    hold_s=5,
    log_calls=150,
    starts=2,
    settle_s=3,
    idle_s=5,
    steps=40,
    fires=5,
    actions=1_000,
    pages=50,
    records=50_000,
    store_lists=1_000,
    functions=30,
    hours=3,
    commands=8,
    calm_s=3,
    storm_s=8,
    after_s=6,
    grace_s=5,
)
FULL = Size(
    plan=Plan(rounds=40, requests=600, warmup=50),
    block=4000,
    steady_s=20,
    payload_calls=200,
    cold=100,
    burst=200,
    turns=4000,
    rounds=4,
    accept_s=5,
    backlog=50_000,
    hold_s=20,
    log_calls=1000,
    starts=10,
    settle_s=5,
    idle_s=20,
    steps=500,
    fires=20,
    actions=10_000,
    pages=500,
    records=1_000_000,
    store_lists=2_000,
    functions=200,
    hours=24,
    commands=40,
    calm_s=5,
    storm_s=60,
    after_s=15,
    grace_s=65,
)
TINY = Size(
    plan=Plan(rounds=1, requests=30, warmup=5),
    block=60,
    steady_s=0.3,
    payload_calls=3,
    cold=1,
    burst=4,
    turns=200,
    rounds=1,
    accept_s=0.3,
    backlog=0,
    hold_s=0.1,
    log_calls=5,
    starts=1,
    settle_s=0.2,
    idle_s=0.2,
    steps=3,
    fires=1,
    actions=120,
    pages=3,
    records=10_000,
    store_lists=5,
    functions=5,
    hours=0.5,
    commands=1,
    calm_s=0.5,
    storm_s=1,
    after_s=1,
    grace_s=3,
)
"""Proves that everything can be measured, and measures nothing."""

"""Placing on many invokers: ``python -m tests.bench.simulate.placing [--count N …]``.

The real decisions of the balancers, on simulated invokers under virtual time. For each number of
invokers and each load it tells how long a decision takes (real time), how even the load is, and
which share of the activations found a container of their action (locality).
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import json
import random
import sys
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from whisk_platform.controller.loadbalancer.bounded import Bounded
from whisk_platform.controller.loadbalancer.placing import Need, Place, Placement
from whisk_platform.controller.loadbalancer.sharding import Sharding

BALANCERS: dict[str, Callable[[], Bounded | Sharding]] = {"sharding": Sharding, "bounded": Bounded}
INVOKER_MB = 2560
MEMORY_MB = 256
SLOTS = INVOKER_MB // MEMORY_MB
ACTIONS_EACH = 4
"""Actions for each invoker: fewer than it has room for, so that locality can be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What came of one balancer, number of invokers and load."""

    balancer: str
    invokers: int
    load: float
    """Mean share of all slots that are taken."""
    pick_p50_us: float
    pick_p99_us: float
    max_to_mean: float
    """Of the activations under way, averaged over moments."""
    warm: float
    """Share of the activations that found an idle container of their action."""
    overload: float
    """Share that was placed although nobody had room."""


class Invoker:
    """The containers of one invoker: as many as fit, the longest unused makes way."""

    def __init__(self) -> None:
        self.busy = 0
        self._idle: OrderedDict[int, str] = OrderedDict()
        self._of: dict[str, list[int]] = {}
        self._numbers = itertools.count()

    def take(self, action: str) -> bool:
        """Use a container for an action; tells whether there was one."""
        self.busy += 1
        numbers = self._of.get(action)
        if numbers:
            del self._idle[numbers.pop()]
            return True
        while self._idle and len(self._idle) + self.busy > SLOTS:
            number, other = self._idle.popitem(last=False)
            self._of[other].remove(number)
        return False

    def leave(self, action: str) -> None:
        """Leave a container behind."""
        self.busy -= 1
        number = next(self._numbers)
        self._idle[number] = action
        self._of.setdefault(action, []).append(number)


def simulate(balancer: str, count: int, load: float, picks: int, seed: int = 1) -> Placed:
    """Run one case.

    Args:
        balancer: ``sharding`` or ``bounded``.
        count: invokers.
        load: mean share of all slots.
        picks: decisions that count; as many come before them.
        seed: of the workload.
    """
    chance = random.Random(seed)
    placement = BALANCERS[balancer]()
    placement.resize([INVOKER_MB] * count, 1)
    invokers = [Invoker() for _ in range(count)]
    took: list[int] = []
    spread: list[float] = []
    warm = overload = 0
    every = max(1, picks // 50)
    arrivals = _arrivals(chance, count, load, placement, invokers)
    fill = int(count * SLOTS * load) + picks
    for number, need in enumerate(itertools.islice(arrivals, fill + picks)):
        before = time.perf_counter_ns()
        choice = placement.place(need)
        passed = time.perf_counter_ns() - before
        assert choice is not None
        found = invokers[choice.index].take(need.key)
        arrivals.send(choice.index)
        if number < fill:
            continue
        took.append(passed)
        warm += found
        overload += choice.overload
        if number % every == 0:
            spread.append(_unevenness(placement.places))
    took.sort()
    return Placed(
        balancer=balancer,
        invokers=count,
        load=load,
        pick_p50_us=took[len(took) // 2] / 1e3,
        pick_p99_us=took[len(took) * 99 // 100] / 1e3,
        max_to_mean=sum(spread) / len(spread),
        warm=warm / picks,
        overload=overload / picks,
    )


class _Arrivals(Iterator[Need]):
    """Activations as they come; those that are over by then are released before."""

    def __init__(
        self,
        chance: random.Random,
        rate: float,
        placement: Placement,
        invokers: list[Invoker],
        actions: int,
    ) -> None:
        self._chance = chance
        self._rate = rate
        self._placement = placement
        self._invokers = invokers
        self._needs = [
            Need(namespace=f"user{n % 97}", action=f"user{n % 97}/action{n}", memory_mb=MEMORY_MB)
            for n in range(actions)
        ]
        self._shares = list(itertools.accumulate(1 / (n + 3) ** 0.9 for n in range(actions)))
        self._now = 0.0
        self._ends: list[tuple[float, int, int, Need]] = []
        self._numbers = itertools.count()
        self._current = self._needs[0]

    def __next__(self) -> Need:
        self._now += self._chance.expovariate(self._rate)
        while self._ends and self._ends[0][0] <= self._now:
            _, _, index, need = heapq.heappop(self._ends)
            self._placement.release(index, need)
            self._invokers[index].leave(need.key)
        self._current = self._chance.choices(self._needs, cum_weights=self._shares)[0]
        return self._current

    def send(self, index: int) -> None:
        """The last one went there; it will take its time."""
        end = self._now + self._chance.expovariate(1.0)
        heapq.heappush(self._ends, (end, next(self._numbers), index, self._current))


def _arrivals(
    chance: random.Random, count: int, load: float, placement: Placement, invokers: list[Invoker]
) -> _Arrivals:
    # Each takes one unit of time in the mean, so that as many are under way as come in a unit.
    managed = len(range(-(-count * 9 // 10)))
    return _Arrivals(chance, managed * SLOTS * load, placement, invokers, count * ACTIONS_EACH)


def _unevenness(places: list[Place]) -> float:
    held = [place.in_flight for place in places if place.in_flight]
    managed = len(places) * 9 / 10
    return max(held) / (sum(held) / managed)


def render(rows: list[Placed]) -> str:
    """Write a table."""
    lines = [
        "| balancer | invokers | load | pick p50 | pick p99 | max/mean | warm | overload |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.balancer} | {row.invokers} | {row.load:.0%} | {row.pick_p50_us:.1f} µs"
        f" | {row.pick_p99_us:.1f} µs | {row.max_to_mean:.2f} | {row.warm:.1%}"
        f" | {row.overload:.1%} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Run all cases and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.simulate.placing", description=__doc__
    )
    parser.add_argument("--count", type=int, nargs="+", default=[10, 100, 1_000, 5_000])
    parser.add_argument("--load", type=float, nargs="+", default=[0.5, 0.75, 0.9, 1.1])
    parser.add_argument("--picks", type=int, default=50_000)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    rows = [
        simulate(balancer, count, load, chosen.picks)
        for balancer in BALANCERS
        for load in chosen.load
        for count in chosen.count
    ]
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(row) for row in rows], indent=1))
    sys.stdout.write(render(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())

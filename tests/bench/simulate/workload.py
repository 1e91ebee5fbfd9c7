"""Generated workloads in the shapes that published serverless traces show.

Popularity: rates spread over many orders of magnitude, so that a few functions get nearly all calls
and nearly half get less than one an hour; a third of the functions are called by timers; durations
and sizes are skewed. The numbers are drawn from a fixed seed.
"""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One simulated function."""

    number: int
    kind: str
    memory_mb: int
    create_s: float
    """How long its container takes to be created."""
    init_s: float
    run_s: float
    """Its usual duration."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call."""

    at_s: float
    function: Function
    run_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Functions and their calls in order of time."""

    shape: str
    functions: tuple[Function, ...]
    calls: tuple[Call, ...]

    @property
    def all_warm_mb(self) -> int:
        """Memory of one container for each function."""
        return sum(function.memory_mb for function in self.functions)


Times = Iterator[float]

KINDS = (("python:3.11", 0.004, 0.002), ("nodejs:20", 0.04, 0.006), ("java:17", 0.15, 0.12))
"""Kind, seconds to create, seconds to initialize what is small."""
SHARE_OF_KINDS = (0.5, 0.4, 0.1)
MEMORY = ((128, 256, 512), (0.35, 0.5, 0.15))


def functions(count: int, draw: random.Random) -> list[Function]:
    """Draw so many functions."""
    made = []
    for number in range(count):
        [(kind, create_s, init_s)] = draw.choices(KINDS, SHARE_OF_KINDS)
        [memory_mb] = draw.choices(*MEMORY)
        made.append(
            Function(
                number=number,
                kind=kind,
                memory_mb=memory_mb,
                create_s=create_s,
                init_s=init_s * draw.lognormvariate(0, 0.7),
                run_s=min(30.0, draw.lognormvariate(-1.5, 1.3)),
            )
        )
    return made


def poisson(rate: float, draw: random.Random) -> Times:
    """Independent calls, so many a second."""
    at_s = 0.0
    while True:
        at_s += draw.expovariate(rate)
        yield at_s


def timer(period_s: float, draw: random.Random) -> Times:
    """A call each period, hardly late."""
    at_s = draw.uniform(0, period_s)
    while True:
        yield at_s + draw.uniform(0, 0.2)
        at_s += period_s


def bursts(pause_s: float, size: int, draw: random.Random) -> Times:
    """Many calls within a few seconds, then silence."""
    at_s = 0.0
    while True:
        at_s += draw.expovariate(1 / pause_s)
        for _ in range(draw.randint(1, 2 * size)):
            at_s += draw.expovariate(4.0)
            yield at_s


def daily(rate: float, draw: random.Random) -> Times:
    """Independent calls, many by day and few by night; the day begins when it likes."""
    phase = draw.uniform(0, DAY_S)
    for at_s in poisson(2 * rate, draw):
        share = 0.5 + 0.5 * math.sin(2 * math.pi * (at_s + phase) / DAY_S)
        if draw.random() < share**2:
            yield at_s


def heavy_rate(draw: random.Random) -> float:
    """Calls a second: from one a day to some a second, the middle at two an hour."""
    return min(1.0, max(1 / DAY_S, math.exp(draw.gauss(math.log(2 / HOUR_S), 2.4))))


PERIODS_S = (60.0, 300.0, 600.0, 900.0, 1800.0, HOUR_S, 2 * HOUR_S)
PERIOD_WEIGHTS = (10, 25, 15, 20, 15, 12, 3)


def _timer(draw: random.Random) -> Times:
    [period_s] = draw.choices(PERIODS_S, PERIOD_WEIGHTS)
    return timer(period_s, draw)


def _bursts(draw: random.Random) -> Times:
    return bursts(math.exp(draw.uniform(math.log(300), math.log(4 * HOUR_S))), 12, draw)


def _mixed(draw: random.Random) -> Times:
    [shape] = draw.choices((_heavy, _timer, _bursts, _daily), (4, 3, 1, 2))
    return shape(draw)


def _heavy(draw: random.Random) -> Times:
    return poisson(heavy_rate(draw), draw)


def _daily(draw: random.Random) -> Times:
    return daily(heavy_rate(draw), draw)


SHAPES: dict[str, Callable[[random.Random], Times]] = {
    "heavy tail": _heavy,
    "timers": _timer,
    "bursts": _bursts,
    "daily": _daily,
    "mixed": _mixed,
}


def make(shape: str, *, count: int, hours: float, seed: int) -> Workload:
    """Draw a workload.

    Args:
        shape: a key of ``SHAPES``, or ``in turn``.
        count: functions.
        hours: its length.
        seed: the same leads to the same.
    """
    draw = random.Random(f"{shape} {seed}")
    made = functions(count, draw)
    if shape == "in turn":
        return in_turn(made, hours, draw)
    streams = [_calls(function, SHAPES[shape](draw), draw) for function in made]
    calls = []
    for call in heapq.merge(*streams, key=lambda call: call.at_s):
        if call.at_s > hours * HOUR_S:
            break
        calls.append(call)
    return Workload(shape=shape, functions=tuple(made), calls=tuple(calls))


def in_turn(made: list[Function], hours: float, draw: random.Random) -> Workload:
    """Call every function in turn, about a hundred a second; the pace changes all the time."""
    calls = []
    at_s, pace_s = 0.0, 0.01
    for number in range(int(hours * HOUR_S)):
        if number % 50 == 0:
            pace_s = 0.01 * draw.lognormvariate(0, 0.6)
        at_s += pace_s
        calls.append(Call(at_s, made[number % len(made)], 0.001))
    return Workload(shape="in turn", functions=tuple(made), calls=tuple(calls))


def _calls(function: Function, times: Times, draw: random.Random) -> Iterator[Call]:
    for at_s in times:
        yield Call(at_s, function, function.run_s * draw.lognormvariate(0, 0.3))

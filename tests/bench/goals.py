"""The goals of the standalone platform, and whether a reading meets them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tests.bench.findings import Reading

Verdict = Literal["stretch", "met", "missed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One bound that one figure has to keep."""

    row: int
    key: str
    text: str
    unit: str
    must: float
    stretch: float | None = None
    least: bool = False
    """The figure must be at least the bound; otherwise at most."""

    def verdict(self, reading: Reading) -> Verdict:
        """Judge a reading of this goal; one with errors has missed it."""
        if reading.errors or not self._keeps(reading.value, self.must):
            return "missed"
        if self.stretch is not None and self._keeps(reading.value, self.stretch):
            return "stretch"
        return "met"

    def _keeps(self, value: float, bound: float) -> bool:
        return value >= bound if self.least else value <= bound

    def bound(self, value: float | None) -> str:
        """Write a bound for people."""
        if value is None:
            return "-"
        return f"{'≥' if self.least else '≤'} {number(value)}{self.unit}"


def number(value: float) -> str:
    """Write a figure with three digits that count."""
    return f"{value:,.0f}" if abs(value) >= 999.5 else f"{value:.3g}"


def _most(
    row: int, key: str, text: str, unit: str, must: float, stretch: float | None = None
) -> Goal:
    return Goal(row=row, key=key, text=text, unit=unit, must=must, stretch=stretch)


def _least(
    row: int, key: str, text: str, unit: str, must: float, stretch: float | None = None
) -> Goal:
    return Goal(row=row, key=key, text=text, unit=unit, must=must, stretch=stretch, least=True)


GOALS: tuple[Goal, ...] = (
    _most(1, "warm", "Warm blocking call, serial, p50", " x floor", 4, 2.5),
    _most(1, "warm spread", "The same, p99 over p50", " x", 5, 3),
    _least(5, "per core", "Warm throughput per core, one action", "/s", 1500, 3000),
    _least(6, "many", "100 actions in turn, containers for 90, against one action", " %", 50, 90),
    _least(7, "accepted", "Non-blocking calls accepted durably, per core", "/s", 4000, 8000),
    _least(7, "backlog", "Backlog kept meanwhile", " calls", 50_000),
    _most(7, "lost", "Accepted calls without a record in the end", "", 0, 0),
    _most(8, "stem cell", "Cold start on a ready stem cell, added over warm", " ms", 3, 1.5),
    _most(9, "zygote", "Cold start without a ready child, forking kinds, p50", " ms", 8, 5),
    _most(9, "bare", "Other kinds, over the bare start of the runtime", " x", 1.2, 1.1),
    _least(12, "burst", "Burst of cold starts, forking kinds, per core", "/s", 100, 160),
    _least(12, "burst bare", "Node, against bare spawns", " %", 80),
    _least(13, "100 lines", "Throughput with 100 log lines, against /dev/null", " %", 75, 90),
    _least(13, "1000 lines", "With 1,000 lines", " %", 60, 75),
    _most(13, "line", "Processor time of the platform for each line", " µs", 1.5, 0.8),
    _most(14, "log cold", "Serial calls made cold by log collection", "", 0, 0),
    _most(15, "list", "List page of 200 actions, p50 at the HTTP client", " ms", 5, 2),
    _most(
        15, "list growth", "The same page out of many actions over one out of 100", " x", 1.5, 1.2
    ),
    _least(16, "write rate", "Activation store, records written", "/s", 15_000, 30_000),
    _least(16, "write growth", "Rate of the last part over the first", " x", 0.8, 0.95),
    _most(16, "store list", "List of 200 records when full, p99", " ms", 10, 3),
    _most(16, "record", "Bytes of a no-op record", " B", 700, 250),
    _most(17, "step", "One more step, over a warm call", " x", 0.7, 0.3),
    _most(17, "linear", "A late step over an early one (up to 50)", " x", 1.25),
    _most(18, "rules", "One trigger to 100 rules, last start", " ms", 100, 30),
    _most(19, "pick", "Balancer over 1,000 invokers, pick p99", " µs", 100, 20),
    _most(20, "policy", "Cold starts against upstream's keep-alive policy", " x", 0.6, 0.35),
    _most(21, "version", "wsk --version", " ms", 60, 30),
    _most(21, "action list", "wsk action list", " ms", 200, 100),
    _most(23, "ready", "Start to ready", " ms", 1000, 500),
    _most(23, "tree", "Memory when idle, whole tree (PSS)", " MB", 160, 120),
    _most(23, "process", "Memory when idle, the platform's process (PSS)", " MB", 70, 55),
    _most(23, "idle", "Processor time when idle, of one core", " %", 0.5, 0.1),
    _least(24, "goodput", "Goodput at twice the capacity, of the peak", " %", 85, 95),
    _most(24, "refusals", "Refusals, p99", " ms", 20),
    _most(24, "recovery", "Normal again after it", " s", 5, 2),
)

ROWS = frozenset(goal.row for goal in GOALS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the goals table."""

    goal: Goal
    reading: Reading | None
    """``None``: not measured."""

    @property
    def verdict(self) -> str:
        """What came of it, for people."""
        return "not measured" if self.reading is None else self.goal.verdict(self.reading)


def judged(readings: Sequence[Reading], rows: frozenset[int] = ROWS) -> list[Line]:
    """Put readings beside the goals of some rows, in the goals' order.

    Args:
        readings: Several of one goal stand in several lines.
        rows: Which goals are asked for.

    Returns:
        A line for each reading, and one for each goal without any.

    Raises:
        KeyError: If a reading speaks to a goal that is not there.
    """
    known = {goal.key for goal in GOALS}
    for reading in readings:
        if reading.goal not in known:
            raise KeyError(reading.goal)
    lines = []
    for goal in GOALS:
        if goal.row in rows:
            own: list[Reading | None] = [
                reading for reading in readings if reading.goal == goal.key
            ]
            lines += [Line(goal=goal, reading=each) for each in own or [None]]
    return lines

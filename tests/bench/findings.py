"""What a scenario found: lines of the tables, figures that a goal judges, and curves to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.bench.samples import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the report's details."""

    scenario: str
    goal: int | None = None
    """The row of the goals that this one speaks to."""
    isolation: str
    """Level of the sandbox, or "none" for the floor."""
    latency: Summary | None = None
    over_floor: float | None = None
    """Median over the floor's median, measured interleaved."""
    values: dict[str, float] | None = None
    """Figures that are not latencies; the unit is in the name."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One figure that a goal judges."""

    goal: str
    """Key of the goal."""
    value: float
    """What is judged, in the goal's unit."""
    label: str = ""
    """Which of several, such as a kind."""
    floor: str = ""
    """What it is compared with, with its unit."""
    subject: str = ""
    """The same of the subject."""
    n: int
    errors: int = 0
    """Failed requests; a figure with any has missed its goal."""
    isolation: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One line of a plot."""

    label: str
    x: Sequence[float]
    y: Sequence[float]


@dataclass(slots=True, kw_only=True)
class Findings:
    """Everything that was found."""

    rows: list[Row] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    curves: dict[str, list[Curve]] = field(default_factory=dict)
    """By the plot they belong to."""
    missing: list[str] = field(default_factory=list)
    """A sentence for each thing that was not measured."""

    def draw(self, plot: str, label: str, x: Sequence[float], y: Sequence[float]) -> None:
        """Add a line to a plot."""
        self.curves.setdefault(plot, []).append(Curve(label=label, x=list(x), y=list(y)))

    def take(self, others: Findings) -> None:
        """Add what another scenario found."""
        self.rows += others.rows
        self.readings += others.readings
        self.missing += others.missing
        for plot, curves in others.curves.items():
            self.curves.setdefault(plot, []).extend(curves)

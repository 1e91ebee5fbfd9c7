"""All scenarios, in the order in which they run, and the rows of the goals they speak to."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.bench import (
    burst,
    commandline,
    composites,
    durable,
    logheavy,
    manyactions,
    offline,
    overload,
    scenarios,
    throughput,
)
from tests.bench.findings import Findings
from tests.bench.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One thing to measure."""

    name: str
    rows: frozenset[int]
    measure: Callable[[Workbench], Findings]
    anywhere: bool = True
    """Whether it can be measured on a server that is not ours to start."""


def _scenario(
    name: str, rows: set[int], measure: Callable[[Workbench], Findings], *, anywhere: bool = True
) -> Scenario:
    return Scenario(name=name, rows=frozenset(rows), measure=measure, anywhere=anywhere)


SCENARIOS = (
    _scenario("start to ready", {23}, scenarios.start, anywhere=False),
    _scenario("idle", {23}, scenarios.idle, anywhere=False),
    _scenario("warm calls", {1}, scenarios.warm),
    _scenario("throughput", {5}, throughput.throughput),
    _scenario("cost against size", {1}, throughput.payloads),
    _scenario("cold starts on stem cells", {8}, scenarios.stem_cells),
    _scenario("cold starts without a ready child", {9}, scenarios.no_stem_cells, anywhere=False),
    _scenario("burst of cold starts", {12}, burst.bursts),
    _scenario("many actions", {6}, manyactions.many),
    _scenario("non-blocking accept", {7}, durable.accepted),
    _scenario("logs", {13, 14}, logheavy.logs),
    _scenario("steps", {17}, composites.steps),
    _scenario("rules", {18}, composites.fan_out),
    _scenario("lists", {15}, composites.lists),
    _scenario("overload", {24}, overload.overload),
    _scenario("activation store", {16}, offline.store, anywhere=False),
    _scenario("keep-alive policies", {19, 20}, offline.policies, anywhere=False),
    _scenario("command line", {21}, commandline.commands, anywhere=False),
)


def chosen(rows: frozenset[int]) -> tuple[Scenario, ...]:
    """Return the scenarios that speak to any of these rows."""
    return tuple(scenario for scenario in SCENARIOS if scenario.rows & rows)

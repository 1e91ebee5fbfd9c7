"""Cases of the comparison, and the table of what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.simulate.machine import Outcome, machine
from tests.bench.simulate.workload import make

REFERENCE = "fixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One workload on one amount of memory, under every policy."""

    shape: str
    count: int
    """Functions."""
    hours: float
    seed: int
    share: float
    """The memory there is, as a part of what one container for each function would need."""
    policies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a case under each policy."""

    case: Case
    capacity_mb: int
    outcomes: dict[str, Outcome]


def compare(case: Case) -> Result:
    """Play a case under every policy."""
    workload = make(case.shape, count=case.count, hours=case.hours, seed=case.seed)
    capacity_mb = max(1024, int(workload.all_warm_mb * case.share))
    outcomes = {policy: machine(capacity_mb, policy).play(workload) for policy in case.policies}
    return Result(case=case, capacity_mb=capacity_mb, outcomes=outcomes)


def ratio(results: Sequence[Result], policy: str) -> float:
    """The cold share of a policy against the reference's, over all the calls of these cases."""
    cold = sum(result.outcomes[policy].cold for result in results)
    return cold / max(1, sum(result.outcomes[REFERENCE].cold for result in results))


def render(results: Sequence[Result]) -> str:
    """The results as a Markdown table: a line for each shape, memory and policy."""
    lines = [
        "| Shape | Memory | Policy | Calls | Cold | against `fixed` | Start seconds | Removed"
        " | Mean MB |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    groups: dict[tuple[str, float], list[Result]] = {}
    for result in results:
        groups.setdefault((result.case.shape, result.case.share), []).append(result)
    for (shape, share), group in groups.items():
        for policy in group[0].outcomes:
            lines.append(_line(shape, share, policy, group))
    return "\n".join([*lines, "", *_summary(results, groups), ""])


def _line(shape: str, share: float, policy: str, group: Sequence[Result]) -> str:
    outcomes = [result.outcomes[policy] for result in group]
    calls = sum(each.calls for each in outcomes)
    cold = sum(each.cold for each in outcomes)
    cold_s = sum(each.cold_s for each in outcomes)
    against = sum(result.outcomes[REFERENCE].cold_s for result in group)
    mean_mb = sum(each.mean_mb for each in outcomes) / len(outcomes)
    return (
        f"| {shape} | {share:.0%} | `{policy}` | {calls} | {cold / max(1, calls):.2%}"
        f" | {ratio(group, policy):.2f} | {cold_s / max(1e-9, against):.2f}"
        f" | {sum(each.evicted for each in outcomes)} | {mean_mb:.0f} |"
    )


def _summary(results: Sequence[Result], groups: dict[tuple[str, float], list[Result]]) -> list[str]:
    lines = []
    for policy in results[0].outcomes:
        if policy == REFERENCE:
            continue
        worst = max(groups, key=lambda key: ratio(groups[key], policy))
        mean = sum(ratio(group, policy) for group in groups.values()) / len(groups)
        lines.append(
            f"- `{policy}`: {ratio(results, policy):.2f} of all cold starts of `{REFERENCE}`,"
            f" {mean:.2f} as the mean of the lines; worst {ratio(groups[worst], policy):.2f}"
            f" ({worst[0]}, {worst[1]:.0%})"
        )
    return lines

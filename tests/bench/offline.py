"""Scenarios without a server: the activation store filled, and policies on virtual time."""

import asyncio
import os
from functools import partial
from multiprocessing import Pool as Processes

from tests.bench import storegrowth
from tests.bench.cores import place
from tests.bench.findings import Findings, Reading, Row
from tests.bench.samples import ENOUGH_FOR_P99
from tests.bench.simulate.table import Case, Result, compare, ratio
from tests.bench.simulate.workload import SHAPES
from tests.bench.workbench import Workbench
from whisk_platform.invoker.settings import InvokerSettings

POLICY = InvokerSettings().keep_alive
SHARES = (0.2, 0.5, 0.9)
PARTS = 5
"""Of the records, at least, between which the clock is looked at."""
NO_BALANCER = (
    "Row 19, the balancer over many invokers: the standalone platform has one invoker and hands it"
    " every call; there is no choice to measure."
)


def store(bench: Workbench) -> Findings:
    """Fill an activation store, and list from it when it is full."""
    folder = bench.folder / "store"
    folder.mkdir()
    total = bench.size.records
    part = min(100_000, total // PARTS)
    seen = asyncio.run(storegrowth.measured(folder / "state", total, bench.size.store_lists, part))
    rates, n = seen["records_per_s"], total
    worst = max(seen["list_ms"].values(), key=lambda each: each["p99"])
    found = Findings()
    found.rows.append(
        Row(
            scenario=f"activation store, {n:,} records",
            goal=16,
            isolation="none",
            values={
                "records per second": n / sum(part / each for each in rates),
                "records per second of processor time, last over first": seen[
                    "last_over_first_cpu"
                ],
                "list p50 (ms)": worst["p50"],
            },
        )
    )
    counts = [(number + 1) * part for number in range(len(rates))]
    found.draw("growth", "records per second", counts, rates)
    found.draw("growth", "per second of processor time", counts, seen["records_per_cpu_s"])
    judged = [
        ("write rate", n / sum(part / each for each in rates), f"{n:,} records"),
        ("write growth", seen["last_over_first"], f"parts of {part:,}"),
        ("record", seen["bytes_per_record"], ""),
    ]
    if worst["n"] >= ENOUGH_FOR_P99:
        judged.append(("store list", worst["p99"], f"{worst['n']:,} lists"))
    for goal, value, label in judged:
        found.readings.append(Reading(goal=goal, value=value, label=label, n=n, isolation="none"))
    return found


def policies(bench: Workbench) -> Findings:
    """Compare the default keep-alive policy with upstream's on generated workloads."""
    cases = [
        Case(
            shape=shape,
            count=bench.size.functions,
            hours=bench.size.hours,
            seed=1,
            share=share,
            policies=("fixed", POLICY),
        )
        for shape in (*SHAPES, "in turn")
        for share in SHARES
    ]
    # This process stays on the generator's core, which nobody needs meanwhile: use them all.
    everywhere = bench.cores.platform
    if bench.cores.generator is not None:
        everywhere |= {bench.cores.generator}
    with Processes(initializer=partial(_spread, everywhere)) as processes:
        results = processes.map(compare, cases, chunksize=1)
    found = Findings(missing=[NO_BALANCER])
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(result.case.shape, []).append(result)
    ratios = {shape: ratio(group, POLICY) for shape, group in groups.items()}
    found.rows.append(
        Row(
            scenario=f"cold starts of the policy {POLICY} against upstream's",
            goal=20,
            isolation="none",
            values=ratios,
        )
    )
    worst = max(ratios, key=lambda shape: ratios[shape])
    calls = sum(result.outcomes[POLICY].calls for result in results)
    for label, value in (
        ("all shapes", ratio(results, POLICY)),
        (f"worst: {worst}", ratios[worst]),
    ):
        found.readings.append(
            Reading(goal="policy", label=label, value=value, n=calls, isolation="none")
        )
    return found


def _spread(cores: frozenset[int]) -> None:
    place(os.getpid(), cores)

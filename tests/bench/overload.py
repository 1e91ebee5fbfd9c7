"""Twice as many requests as the platform can answer, and what becomes of it and of them."""

from statistics import median

from tests.bench.comparison import rate
from tests.bench.findings import Findings, Reading, Row
from tests.bench.openloop import Trace
from tests.bench.samples import summarize
from tests.bench.scenarios import PYTHON
from tests.bench.schedule import Phase
from tests.bench.sizes import Size
from tests.bench.windows import REFUSALS, WIDTH_S, Window, goodput, recovery_s, windows
from tests.bench.workbench import Workbench

NAME = "bench-flooded"
CONNECTIONS = 64
"""Of the closed loop that finds the capacity."""

CALM, STORM = 0.5, 2.0
"""Rates, as parts of the capacity."""

SETTINGS = {"WHISK_LIMITS__INVOCATIONS_PER_MINUTE": "100000000"}


def overload(bench: Workbench) -> Findings:
    """Measure the capacity, then an open loop below it, at twice of it, and below it again."""
    size = bench.size
    with bench.subject("overload", SETTINGS) as subject:
        subject.deploy(NAME, "python:default", PYTHON)
        target = subject.target(NAME)
        bench.generator.perform(target.job(4 * CONNECTIONS, connections=CONNECTIONS))
        peak = median(
            rate(bench.generator.perform(target.job(4 * size.block, connections=CONNECTIONS)))
            for _ in range(3)
        )
        phases = [
            Phase(seconds=size.calm_s, rate=CALM * peak),
            Phase(seconds=size.storm_s, rate=STORM * peak),
            Phase(seconds=size.after_s, rate=CALM * peak),
        ]
        trace = bench.generator.send(target.order(phases, grace_s=size.grace_s))
        isolation = subject.isolation
    return judge(trace, size, peak, isolation)


def judge(trace: Trace, size: Size, peak: float, isolation: str) -> Findings:
    """Return what a trace of the three phases says."""
    found = Findings()
    ends_s = size.calm_s + size.storm_s
    cut = windows(trace, ends_s + size.after_s)
    good_per_s = goodput(cut, size.calm_s, ends_s)
    answered = [
        (status, latency) for status, latency in zip(trace.status, trace.latency_ns, strict=True)
    ]
    good = summarize(latency for status, latency in answered if status == 200)
    refused = summarize(latency for status, latency in answered if status in REFUSALS)
    failed = len(answered) - good.n - refused.n
    for label, latency in (("good answers", good), ("refusals", refused)):
        found.rows.append(
            Row(scenario=f"overload, {label}", goal=24, isolation=isolation, latency=latency)
        )
    found.rows.append(
        Row(
            scenario="overload",
            goal=24,
            isolation=isolation,
            values={
                "capacity per second": peak,
                "requests": len(answered),
                "answered well": good.n,
                "refused": refused.n,
                "failed or unanswered": failed,
                "connections": trace.opened,
            },
            note=trace.first_error,
        )
    )
    n = len(answered)
    _figures(found, cut, size, peak, good_per_s, n, isolation)
    if refused.p99_ms is not None:
        found.readings.append(
            Reading(goal="refusals", value=refused.p99_ms, n=refused.n, isolation=isolation)
        )
    else:
        found.missing.append(f"Row 24, refusals: {refused.n} are too few for a p99.")
    _draw(found, cut)
    return found


def _figures(
    found: Findings,
    cut: list[Window],
    size: Size,
    peak: float,
    good_per_s: float,
    n: int,
    isolation: str,
) -> None:
    found.readings.append(
        Reading(
            goal="goodput",
            value=100 * good_per_s / (peak or 1),
            subject=f"{good_per_s:,.0f}/s",
            floor=f"peak {peak:,.0f}/s",
            label=f"{size.storm_s:g} s",
            n=n,
            isolation=isolation,
        )
    )
    seconds = recovery_s(cut, size.calm_s, size.calm_s + size.storm_s)
    found.readings.append(
        Reading(
            goal="recovery",
            value=size.after_s if seconds is None else seconds,
            n=n,
            isolation=isolation,
            note="" if seconds is not None else f"not normal within {size.after_s:g} s",
        )
    )


def _draw(found: Findings, cut: list[Window]) -> None:
    at = [(number + 0.5) * WIDTH_S for number in range(len(cut))]
    for label, counts in (
        ("due", [window.due for window in cut]),
        ("answered well", [window.good for window in cut]),
        ("refused", [window.refused for window in cut]),
        ("failed", [window.failed for window in cut]),
    ):
        found.draw("overload", label, at, [count / WIDTH_S for count in counts])
    for label, times in (
        ("good answers, p95", [window.p95_ms for window in cut]),
        ("refusals, p99", [window.refused_p99_ms for window in cut]),
    ):
        points = [(x, y) for x, y in zip(at, times, strict=True) if y is not None]
        found.draw("overload latency", label, [x for x, _ in points], [y for _, y in points])

"""How much a platform does: calls per second and core, users that come by themselves, sizes."""

from dataclasses import replace

from tests.bench.comparison import Pair, Plan, interleave, rate
from tests.bench.findings import Findings, Reading, Row
from tests.bench.generator import Generator, Target
from tests.bench.load import Outcome
from tests.bench.samples import distribution, quantile, summarize
from tests.bench.scenarios import PYTHON
from tests.bench.schedule import Phase
from tests.bench.subject import Subject
from tests.bench.workbench import Workbench

CONCURRENCY = (1, 4, 16, 64)
JUDGED = 16
"""Connections at which calls per core are judged."""

BYTES = (100, 1_000, 10_000, 100_000, 900_000)
"""Of the parameters, and so of the result."""

NEAR = 0.5
"""A subject faster than this share of the generator's ceiling may have been held up by it."""


def throughput(bench: Workbench) -> Findings:
    """Measure closed loops of growing concurrency, then an open one at half the peak."""
    found = Findings()
    peak = 0.0
    name = "bench-throughput"
    with bench.subject("throughput") as subject, bench.wide_floor() as floor:
        subject.deploy(name, "python:default", PYTHON)
        target = subject.target(name)
        bench.generator.perform(target.job(max(CONCURRENCY) * 4, connections=max(CONCURRENCY)))
        pairs = {}
        for connections in CONCURRENCY:
            plan = Plan(
                rounds=1,
                requests=bench.size.block,
                warmup=bench.size.block // 10,
                connections=connections,
            )
            pairs[connections] = interleave(
                bench.generator, target, floor.target, plan, subject.cpu_seconds
            )
            _concurrency(found, subject, connections, pairs[connections])
            peak = max(peak, rate(pairs[connections].subject))
        for label, side in (("platform", "subject"), ("floor", "floor")):
            rates = [rate(getattr(pair, side)) for pair in pairs.values()]
            found.draw("throughput", label, [*pairs], rates)
        found.rows.append(_ceiling(pairs[max(CONCURRENCY)].floor, peak))
        _steady(found, bench, subject, target, peak / 2)
    return found


def _concurrency(found: Findings, subject: Subject, connections: int, pair: Pair) -> None:
    seen = pair.subject
    per_core = pair.per_core()
    values = {"calls per second": rate(seen), "floor's calls per second": rate(pair.floor)}
    if per_core is not None:
        values["calls per second and core"] = per_core
    found.rows.append(
        Row(
            scenario=f"warm python, {connections} connections",
            goal=5,
            isolation=subject.isolation,
            latency=summarize(seen.samples_ns, seen.errors, seen.cold),
            over_floor=pair.ratio(),
            values=values,
            note=seen.first_error,
        )
    )
    if connections == JUDGED and per_core is not None:
        found.readings.append(
            Reading(
                goal="per core",
                label=f"{connections} connections",
                value=per_core,
                subject=f"{rate(seen):,.0f}/s in all",
                floor=f"{rate(pair.floor):,.0f}/s in all",
                n=len(seen.samples_ns),
                errors=seen.errors,
                isolation=subject.isolation,
            )
        )


def _ceiling(fastest: Outcome, peak: float) -> Row:
    """Return what the generator itself could do at most, beside the subject's fastest."""
    ceiling = len(fastest.samples_ns) / (fastest.cpu_s or 1.0)
    near = peak > NEAR * ceiling
    return Row(
        scenario="the generator itself",
        isolation="none",
        values={
            "processor time of a request (µs)": 1e6 / ceiling,
            "requests per second at most": ceiling,
            "the subject's fastest per second": peak,
        },
        note="the generator may have held up the subject" if near else "",
    )


def _steady(
    found: Findings, bench: Workbench, subject: Subject, target: Target, per_s: float
) -> None:
    trace = bench.generator.send(target.order([Phase(seconds=bench.size.steady_s, rate=per_s)]))
    answered = [
        latency
        for latency, status in zip(trace.latency_ns, trace.status, strict=True)
        if status == 200
    ]
    late = summarize(trace.late_ns)
    found.rows.append(
        Row(
            scenario="open loop at half the peak",
            goal=5,
            isolation=subject.isolation,
            latency=summarize(answered, len(trace.status) - len(answered), trace.cold),
            values={
                "requests due per second": per_s,
                "sent late by, p50 (ms)": late.p50_ms or 0.0,
                "connections": trace.opened,
            },
            note=trace.first_error,
        )
    )
    found.draw("latency", "open loop at half the peak", *distribution(answered))


def payloads(bench: Workbench) -> Findings:
    """Measure an action that returns its parameters, of growing size, against the floor."""
    found = Findings()
    name = "bench-payload"
    p50s: dict[str, list[float]] = {"platform": [], "floor": []}
    with bench.subject("payloads") as subject:
        subject.deploy(name, "python:default", PYTHON)
        subject.invoke(name)
        for size in BYTES:
            pair = _sized(bench.generator, subject.target(name), bench, size)
            seen = pair.subject
            found.rows.append(
                Row(
                    scenario=f"warm python, {size:,} bytes both ways",
                    isolation=subject.isolation,
                    latency=summarize(seen.samples_ns, seen.errors, seen.cold),
                    over_floor=pair.ratio(),
                    note=seen.first_error or pair.floor.first_error,
                )
            )
            for label, side in (("platform", seen), ("floor", pair.floor)):
                if side.samples_ns:
                    p50s[label].append(quantile(sorted(side.samples_ns), 0.5) / 1e6)
    for label, values in p50s.items():
        if len(values) == len(BYTES):
            found.draw("size", label, BYTES, values)
    return found


def _sized(generator: Generator, target: Target, bench: Workbench, size: int) -> Pair:
    body = '{"text":"' + "x" * (size - len('{"text":""}')) + '"}'
    plan = Plan(rounds=1, requests=bench.size.payload_calls, warmup=2)
    return interleave(
        generator,
        replace(target, body=body),
        replace(bench.floor.target, body=body),
        plan,
    )

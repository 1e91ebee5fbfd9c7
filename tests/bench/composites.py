"""What is measured of work that consists of other work: steps, fan-out, and long lists."""

import time
from functools import partial
from statistics import median
from typing import Any

from tests.bench.findings import Findings, Reading, Row
from tests.bench.samples import quantile, summarize
from tests.bench.scenarios import PYTHON
from tests.bench.subject import Subject
from tests.bench.workbench import Workbench
from tests.waiting import wait_for

LENGTHS = (1, 25, 50)
"""Of the sequences and compositions."""
RULES = 100
APART_S = 0.01
"""Between what came before and a fired trigger, so that their milliseconds differ."""

FEW, PAGE = 100, 200
CONDUCTOR = """
def main(args):
    left = args.get("left", 0)
    if left == 0:
        return {"params": {}}
    return {"action": "/_/bench-step", "params": {}, "state": {"left": left - 1}}
"""


def steps(bench: Workbench) -> Findings:
    """Measure what one more step of a sequence, and of a composition, adds to a call."""
    found = Findings()
    calls = bench.size.steps
    with bench.subject("steps") as subject:
        subject.deploy("bench-step", "python:default", PYTHON)
        _deploy_conductor(subject)
        for length in LENGTHS:
            components = ["/_/bench-step"] * length
            exec_ = {"kind": "sequence", "components": components}
            subject.put(f"actions/bench-sequence-{length}", {"exec": exec_})
        warm = _median_ms(subject, "bench-step", {}, calls)
        sequences = {
            length: _median_ms(subject, f"bench-sequence-{length}", {}, calls) for length in LENGTHS
        }
        conductors = {
            length: _median_ms(subject, "bench-conductor", {"left": length - 1}, calls)
            for length in LENGTHS
        }
        for label, times in (
            ("sequence", sequences),
            ("conductor and component", conductors),
        ):
            _step_costs(found, label, times, warm, calls, subject.isolation)
            found.draw("steps", label, [*times], [*times.values()])
    return found


def _step_costs(
    found: Findings, label: str, times: dict[int, float], warm: float, calls: int, isolation: str
) -> None:
    few, middle, many = LENGTHS
    early = (times[middle] - times[few]) / (middle - few)
    late = (times[many] - times[middle]) / (many - middle)
    added = (times[many] - times[few]) / (many - few)
    for goal, value, subject, beside in (
        ("step", added / warm, f"{added:.3f} ms", f"warm {warm:.3f} ms"),
        ("linear", late / early if early > 0 else 0.0, f"{late:.3f} ms", f"{early:.3f} ms"),
    ):
        found.readings.append(
            Reading(
                goal=goal,
                label=label,
                value=value,
                subject=subject,
                floor=beside,
                n=calls,
                isolation=isolation,
            )
        )


def _deploy_conductor(subject: Subject) -> None:
    code = CONDUCTOR.replace("/_/", f"/{subject.namespace()}/")
    annotations = [{"key": "conductor", "value": True}]
    body = {"exec": {"kind": "python:default", "code": code}, "annotations": annotations}
    subject.put("actions/bench-conductor", body)


def _median_ms(subject: Subject, action: str, payload: dict[str, Any], calls: int) -> float:
    path = f"actions/{action}?blocking=true"
    for _ in range(5):
        subject.call("POST", path, payload)
    waited = []
    for _ in range(calls):
        started_ns = time.perf_counter_ns()
        subject.call("POST", path, payload)
        waited.append(time.perf_counter_ns() - started_ns)
    return median(waited) / 1e6


def fan_out(bench: Workbench) -> Findings:
    """Measure from a fired trigger until the last of its rules' actions has started."""
    last: list[int] = []
    with bench.subject("rules") as subject:
        subject.put("triggers/bench-event", {})
        for number in range(RULES):
            subject.deploy(f"bench-heard-{number}", "python:default", PYTHON)
            rule = {"trigger": "/_/bench-event", "action": f"/_/bench-heard-{number}"}
            subject.put(f"rules/bench-rule-{number}", rule)
            subject.invoke(f"bench-heard-{number}")
        time.sleep(APART_S)
        for _ in range(bench.size.fires):
            fired_ms = time.time_ns() // 1_000_000
            subject.call("POST", "triggers/bench-event", {})
            started = wait_for(partial(_started, subject, fired_ms), "all records")
            last.append((max(started) - fired_ms) * 1_000_000)
        isolation = subject.isolation
    latency = summarize(last)
    assert latency.p50_ms is not None
    found = Findings()
    found.rows.append(
        Row(
            scenario=f"trigger to {RULES} rules, last start",
            goal=18,
            isolation=isolation,
            latency=latency,
        )
    )
    found.readings.append(
        Reading(
            goal="rules",
            value=latency.p50_ms,
            subject=f"max {latency.max_ms:.0f} ms",
            n=len(last),
            isolation=isolation,
        )
    )
    return found


def _started(subject: Subject, since: int) -> list[int]:
    listed = subject.call("GET", f"activations?since={since}&limit=200")
    starts = [each["start"] for each in listed if each["name"].startswith("bench-heard-")]
    return starts if len(starts) == RULES else []


def lists(bench: Workbench) -> Findings:
    """Measure a page of 200 actions out of many, and what the many cost over the few."""
    times: dict[int, list[int]] = {}
    made, pages, many = 0, bench.size.pages, bench.size.actions
    with bench.subject("lists") as subject:
        for count in (FEW, many):
            for number in range(made, count):
                subject.deploy(f"bench-listed-{number}", "python:default", PYTHON)
            made = count
            times[count] = _pages(subject, FEW, pages)
        full = _pages(subject, PAGE, pages)
        isolation = subject.isolation
    few_ms, many_ms, page_ms = (
        quantile(sorted(each), 0.5) / 1e6 for each in (times[FEW], times[many], full)
    )
    found = Findings()
    found.rows.append(
        Row(
            scenario=f"list of {PAGE} out of {many:,} actions",
            goal=15,
            isolation=isolation,
            latency=summarize(full),
        )
    )
    for goal, value, shown, beside in (
        ("list", page_ms, f"{page_ms:.2f} ms", ""),
        ("list growth", many_ms / few_ms, f"{many_ms:.2f} ms", f"{few_ms:.2f} ms"),
    ):
        found.readings.append(
            Reading(
                goal=goal,
                label=f"out of {many:,}",
                value=value,
                subject=shown,
                floor=beside,
                n=pages,
                isolation=isolation,
            )
        )
    return found


def _pages(subject: Subject, limit: int, count: int) -> list[int]:
    waited = []
    for _ in range(count):
        started_ns = time.perf_counter_ns()
        subject.call("GET", f"actions?limit={limit}")
        waited.append(time.perf_counter_ns() - started_ns)
    return waited

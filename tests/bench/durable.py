"""Non-blocking calls: accepted durably, kept in a backlog, and every one of them recorded."""

import time
from dataclasses import dataclass, replace

from tests.bench.findings import Findings, Reading, Row
from tests.bench.load import Job, Outcome
from tests.bench.samples import summarize
from tests.bench.subject import Subject
from tests.bench.workbench import Workbench
from whisk_platform.invoker.invoker import MACHINE_SHARE, machine_capacity_mb

CONTAINERS = 8
MEMORY_MB = 256
CODE = """
import time


def main(args):
    time.sleep(args.get("hold_s", 0))
    return args
"""
CONNECTIONS = 64
PATIENCE_S = 300.0
"""For the last record."""

KEPT = 50_000
"""Calls that the goal wants to be kept."""

TRIES = 12
"""Bursts until the backlog is as long as it is to be."""

PAUSE_S = 0.2
WITHOUT_END = 10_000_000
NAME = "bench-accepted"


@dataclass(slots=True, kw_only=True)
class Seen:
    """What came of it."""

    burst: Outcome
    spent_s: float
    """Processor time of the whole tree during the burst."""
    total: int
    """Accepted, burst and backlog."""
    backlog: int = 0
    recorded: int = 0
    drained_s: float = 0.0


def accepted(bench: Workbench) -> Findings:
    """Measure a burst while consumers run, build a backlog, then wait for every record."""
    with bench.subject("accepted", settings()) as subject:
        subject.deploy(NAME, "python:default", CODE)
        for _ in range(CONTAINERS):
            subject.invoke(NAME)
        time.sleep(PAUSE_S)
        since = int(time.time() * 1000)
        target = subject.accepting(NAME)
        job = target.job(WITHOUT_END, seconds=bench.size.accept_s, connections=CONNECTIONS)
        job = replace(job, expected=202)
        spent = subject.cpu_seconds()
        burst = bench.generator.perform(job)
        seen = Seen(burst=burst, spent_s=subject.cpu_seconds() - spent, total=len(burst.samples_ns))
        if bench.foreign is None:
            _pile_up(bench, subject, seen, job, since)
        _drain(subject, seen, since)
        wanted = 0 if bench.foreign else bench.size.backlog
        return _found(seen, wanted, subject.isolation)


def _pile_up(bench: Workbench, subject: Subject, seen: Seen, job: Job, since: int) -> None:
    """Accept calls while all containers are held by calls that sleep."""
    hold = {"hold_s": bench.size.hold_s}
    for _ in range(CONTAINERS):
        subject.call("POST", f"actions/{NAME}", hold)
    seen.total += CONTAINERS
    for _ in range(TRIES):
        seen.backlog = max(seen.backlog, seen.total - _recorded(subject, since))
        if seen.backlog >= bench.size.backlog:
            break
        more = bench.generator.perform(job)
        seen.total += len(more.samples_ns)
        if more.errors:
            seen.burst.fail(more.first_error, more.errors)


def _drain(subject: Subject, seen: Seen, since: int) -> None:
    began = time.monotonic()
    seen.recorded = _recorded(subject, since)
    while seen.recorded < seen.total and time.monotonic() - began < PATIENCE_S:
        time.sleep(PAUSE_S)
        seen.recorded = _recorded(subject, since)
    seen.drained_s = time.monotonic() - began


def _found(seen: Seen, wanted: int, isolation: str) -> Findings:
    burst = seen.burst
    n = len(burst.samples_ns)
    found = Findings()
    found.rows.append(
        Row(
            scenario="non-blocking accept",
            goal=7,
            isolation=isolation,
            latency=summarize(burst.samples_ns, burst.errors),
            values={
                "accepted per second": n / (burst.elapsed_ns or 1) * 1e9,
                "accepted in all": seen.total,
                "backlog at most": seen.backlog,
                "from the last accept to the last record (s)": seen.drained_s,
            },
            note=burst.first_error,
        )
    )
    figures = {"lost": (float(seen.total - seen.recorded), seen.total)}
    if seen.backlog >= KEPT or wanted >= KEPT:
        figures["backlog"] = float(seen.backlog), seen.total
    else:
        found.missing.append(f"Row 7, backlog: this run did not try to build one of {KEPT:,}.")
    if seen.spent_s:
        figures["accepted"] = n / seen.spent_s, n
    for goal, (value, count) in figures.items():
        found.readings.append(
            Reading(goal=goal, value=value, n=count, errors=burst.errors, isolation=isolation)
        )
    return found


def settings() -> dict[str, str]:
    """Return the settings: no throttles, and memory for eight containers."""
    share = CONTAINERS * MEMORY_MB * MACHINE_SHARE / machine_capacity_mb()
    return {
        "WHISK_LIMITS__INVOCATIONS_PER_MINUTE": "100000000",
        "WHISK_LIMITS__CONCURRENT_INVOCATIONS": "100000000",
        "WHISK_CONTAINERS__MEMORY_SHARE": repr(share),
        "WHISK_CONTAINERS__OVERCOMMIT": "1",
    }


def _recorded(subject: Subject, since: int) -> int:
    return int(subject.call("GET", f"activations?count=true&since={since}")["activations"])

"""What log lines cost: throughput against /dev/null, processor time, and no start at all."""

from dataclasses import replace

from tests.bench import census
from tests.bench.comparison import Pair, Plan, interleave, rate
from tests.bench.findings import Findings, Reading, Row
from tests.bench.generator import Target
from tests.bench.samples import summarize
from tests.bench.subject import Subject, SubjectError
from tests.bench.workbench import Workbench
from tests.waiting import wait_for

LINES = (100, 1000)
CONNECTIONS = 16
SERIAL = 100
"""Back-to-back calls with many lines, of which none may be cold."""

CODE = """
import os
import sys

nowhere = open(os.devnull, "w")


def main(args):
    out = sys.stdout if args.get("loud") else nowhere
    for number in range(args["lines"]):
        print("this is line number", number, "of the log", file=out)
    return {}
"""
NAME = "bench-talkative"


def logs(bench: Workbench) -> Findings:
    """Measure calls that print, beside calls that print to nowhere."""
    found = Findings()
    with bench.subject("logs") as subject:
        subject.deploy(NAME, "python:default", CODE)
        _check(subject, LINES[0])
        target = subject.target(NAME)
        bench.generator.perform(_saying(target, 1, loud=True).job(64, connections=CONNECTIONS))
        for lines in LINES:
            plan = Plan(
                rounds=bench.size.rounds,
                requests=max(CONNECTIONS, bench.size.log_calls * LINES[0] // lines),
                warmup=CONNECTIONS,
                connections=CONNECTIONS,
            )
            loud, quiet = (_saying(target, lines, loud=loud) for loud in (True, False))
            pair = interleave(bench.generator, loud, quiet, plan, lambda: _own(subject))
            _lines(found, subject, lines, pair)
        serial = min(SERIAL, bench.size.log_calls)
        seen = bench.generator.perform(_saying(target, max(LINES), loud=True).job(serial))
        found.readings.append(
            Reading(
                goal="log cold",
                value=seen.cold,
                n=len(seen.samples_ns),
                errors=seen.errors,
                isolation=subject.isolation,
                note=seen.first_error,
            )
        )
    return found


def _own(subject: Subject) -> float:
    return 0.0 if subject.pid is None else census.own_cpu_seconds(subject.pid)


def _saying(target: Target, lines: int, *, loud: bool) -> Target:
    return replace(target, body=f'{{"lines":{lines},"loud":{"true" if loud else "false"}}}')


def _check(subject: Subject, lines: int) -> None:
    """Raise :class:`SubjectError` if what is printed does not become a log."""
    path = f"actions/{NAME}?blocking=true"
    record = subject.call("POST", path, {"lines": lines, "loud": True})

    def found() -> int:
        try:
            logs = subject.call("GET", f"activations/{record['activationId']}/logs")["logs"]
        except SubjectError:
            return 0  # Not recorded yet.
        return len(logs)

    if wait_for(found, "the log of a call") != lines:
        raise SubjectError(f"a call printed {lines} lines and {found()} were logged")


def _lines(found: Findings, subject: Subject, lines: int, pair: Pair) -> None:
    loud, quiet = pair.subject, pair.floor
    found.rows.append(
        Row(
            scenario=f"{lines:,} log lines, {CONNECTIONS} connections",
            goal=13,
            isolation=subject.isolation,
            latency=summarize(loud.samples_ns, loud.errors, loud.cold),
            values={
                "calls per second": rate(loud),
                "the same to /dev/null": rate(quiet),
            },
            note=loud.first_error or quiet.first_error,
        )
    )
    errors = loud.errors + quiet.errors
    found.readings.append(
        Reading(
            goal=f"{lines} lines",
            value=100 * rate(loud) / (rate(quiet) or 1),
            subject=f"{rate(loud):,.0f}/s",
            floor=f"{rate(quiet):,.0f}/s",
            n=len(loud.samples_ns),
            errors=errors,
            isolation=subject.isolation,
        )
    )
    if subject.pid is not None and lines == max(LINES):
        added_s = (pair.subject_spent_s - pair.floor_spent_s) / pair.calls
        found.readings.append(
            Reading(
                goal="line",
                value=added_s / lines * 1e6,
                label=f"{lines:,} lines",
                n=pair.calls * lines,
                errors=errors,
                isolation=subject.isolation,
            )
        )

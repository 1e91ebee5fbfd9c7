"""Many actions in turn against one: ``python -m tests.bench.manyactions`` (row 6 of the goals).

A hundred actions are called in turn on a platform with containers for ninety, then one action as
often, alternately. Wall time is what users feel; calls per second of processor time are what can be
compared on a machine that others use too.
"""

import argparse
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from tests.bench.findings import Findings, Reading, Row
from tests.bench.generator import Generator
from tests.bench.subject import Platform, Subject
from tests.bench.workbench import Workbench
from whisk_platform.invoker.invoker import MACHINE_SHARE, machine_capacity_mb

ACTIONS = 100
CONTAINERS = 90
MEMORY_MB = 256
CONNECTIONS = 16
CODE = "def main(args):\n    return args\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How one round went."""

    per_s: float
    per_cpu_s: float
    cold: float
    """The part of the calls that were cold."""
    errors: int
    first_error: str


def play(
    subject: Subject, generator: Generator, names: list[str], requests: int, connections: int
) -> Pace:
    """Call actions in turn, so many times altogether."""
    first, *others = (subject.target(name) for name in names)
    job = first.job(requests, connections=connections)
    job = replace(job, more_paths=tuple(other.path for other in others))
    cpu_s = subject.cpu_seconds()
    seen = generator.perform(job)
    spent = subject.cpu_seconds() - cpu_s
    return Pace(
        per_s=len(seen.samples_ns) / seen.elapsed_ns * 1e9,
        per_cpu_s=requests / spent if spent else 0.0,
        cold=seen.cold / requests,
        errors=seen.errors,
        first_error=seen.first_error,
    )


def settings() -> dict[str, str]:
    """Return the settings under which there is memory for ninety containers."""
    share = CONTAINERS * MEMORY_MB * MACHINE_SHARE / machine_capacity_mb()
    return {
        "WHISK_CONTAINERS__MEMORY_SHARE": repr(share),
        "WHISK_CONTAINERS__OVERCOMMIT": "1",
    }


def deploy(subject: Subject) -> list[str]:
    """Create the actions and return their names."""
    names = [f"bench-turn-{number}" for number in range(ACTIONS)]
    for name in names:
        subject.deploy(name, "python:default", CODE)
    return names


def many(bench: Workbench) -> Findings:
    """Measure both, alternately."""
    size = bench.size
    one: list[Pace] = []
    all_: list[Pace] = []
    with bench.subject("many", settings()) as subject:
        names = deploy(subject)
        play(subject, bench.generator, names, min(6 * ACTIONS, size.turns), CONNECTIONS)
        for _ in range(size.rounds):
            one.append(play(subject, bench.generator, names[:1], size.turns, CONNECTIONS))
            all_.append(play(subject, bench.generator, names, size.turns, CONNECTIONS))
        isolation = subject.isolation
    alone, turns = (median(pace.per_s for pace in paces) for paces in (one, all_))
    cold = median(pace.cold for pace in all_)
    errors = [pace for pace in (*one, *all_) if pace.errors]
    found = Findings()
    cores = [median(pace.per_cpu_s for pace in paces) for paces in (one, all_)]
    found.rows.append(
        Row(
            scenario=f"{ACTIONS} actions in turn, containers for {CONTAINERS}",
            goal=6,
            isolation=isolation,
            values={
                "calls per second": turns,
                "one action, calls per second": alone,
                "calls per second and core": cores[1],
                "one action, calls per second and core": cores[0],
                "cold share": cold,
            },
            note=errors[0].first_error if errors else "",
        )
    )
    found.readings.append(
        Reading(
            goal="many",
            label=f"{cold:.1%} cold",
            value=100 * turns / alone,
            subject=f"{turns:,.0f}/s",
            floor=f"{alone:,.0f}/s",
            n=size.rounds * size.turns,
            errors=sum(pace.errors for pace in errors),
            isolation=isolation,
        )
    )
    return found


def main() -> int:
    """Measure, print a line for each round, return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.manyactions", description=__doc__)
    parser.add_argument("--connections", type=int, default=CONNECTIONS)
    parser.add_argument("--requests", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Platform(Path(folder), settings()) as platform,
        Generator() as generator,
    ):
        names = deploy(platform)
        play(platform, generator, names, 6 * ACTIONS, chosen.connections)
        for _ in range(chosen.rounds):
            one = play(platform, generator, names[:1], chosen.requests, chosen.connections)
            many = play(platform, generator, names, chosen.requests, chosen.connections)
            sys.stdout.write(
                f"one {one.per_s:.0f}/s, many {many.per_s:.0f}/s: {many.per_s / one.per_s:.0%};"
                f" per processor second {one.per_cpu_s:.0f}, {many.per_cpu_s:.0f}:"
                f" {many.per_cpu_s / one.per_cpu_s:.0%};"
                f" cold {many.cold:.1%}, errors {one.errors + many.errors}"
                f" ({platform.isolation})\n"
            )
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())

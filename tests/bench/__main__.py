"""Run the benchmarks: ``python -m tests.bench [--full] [--floor-only] [--out FOLDER]``.

Writes one JSON document and prints a table. Exits with 1 if the machine is too noisy to measure
on, and with 2 if the platform does not do what is asked of it.
"""

import argparse
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.bench import composites, report, scenarios
from tests.bench.comparison import Pair, Plan, difference, interleave
from tests.bench.generator import Generator
from tests.bench.report import Row
from tests.bench.rig import Floor
from tests.bench.subject import Platform, SubjectError

ATTEMPTS = 3
"""Self-tests before the machine counts as too noisy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much a run measures."""

    plan: Plan
    cold: int
    starts: int
    steps: int
    """Calls of each length of a sequence."""
    fires: int
    pages: int


QUICK = Size(
    plan=Plan(rounds=4, requests=600, warmup=100), cold=20, starts=3, steps=100, fires=5, pages=50
)
FULL = Size(
    plan=Plan(rounds=10, requests=2500, warmup=200),
    cold=100,
    starts=10,
    steps=500,
    fires=20,
    pages=200,
)


def arguments() -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="measure longer than three minutes")
    parser.add_argument("--floor-only", action="store_true", help="measure only the floor rig")
    parser.add_argument("--out", type=Path, default=Path("bench-results"), metavar="FOLDER")
    return parser.parse_args()


def divide_cores() -> int | None:
    """Keep this process and its servers off one core, and return that core for the generator."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        return None
    os.sched_setaffinity(0, set(cores[:-1]))
    return cores[-1]


def self_test(generator: Generator, floor: Floor, plan: Plan) -> tuple[Pair, str | None]:
    """Compare two identical floor servers.

    Returns:
        What both showed, and why nothing can be believed (``None`` if they show no difference).
    """
    with Floor() as twin:
        for _ in range(ATTEMPTS):
            pair = interleave(generator, floor.target, twin.target, plan)
            verdict = difference(pair)
            if verdict is None:
                break
    return pair, verdict


def measure(generator: Generator, floor: Floor, size: Size, folder: Path) -> list[Row]:
    """Measure every scenario of the platform."""
    rows = list(scenarios.start(folder / "start", size.starts))
    with Platform(folder / "warm") as platform:
        rows.append(scenarios.idle(platform))
        rows.extend(scenarios.warm(platform, generator, floor.target, size.plan))
        rows.extend(composites.steps(platform, size.steps))
    with Platform(folder / "rules") as platform:
        rows.append(composites.fan_out(platform, size.fires))
        rows.append(composites.lists(platform, size.pages))
    with Platform(folder / "stem") as platform:
        rows.extend(scenarios.cold(platform, size.cold, source="stem cell ready", goal=8))
    with Platform(folder / "nothing", scenarios.NO_STEM_CELLS) as platform:
        rows.extend(scenarios.cold(platform, size.cold, source="no stem cell", goal=9))
    return rows


def main() -> int:
    """Run, write and print; return the exit code."""
    chosen = arguments()
    size = FULL if chosen.full else QUICK
    core = divide_cores()
    with Generator(core) as generator, Floor() as floor, tempfile.TemporaryDirectory() as folder:
        pair, verdict = self_test(generator, floor, size.plan)
        rows = []
        if verdict is None:
            rows = [scenarios.floor_row(pair)]
            if not chosen.floor_only:
                rows += measure(generator, floor, size, Path(folder))
    path = report.write(chosen.out, rows, verdict)
    if verdict is not None:
        sys.stderr.write(f"bench: nothing is reported, because {verdict}; try a quieter machine\n")
        return 1
    sys.stdout.write(f"{report.table(rows)}\nThe whole document: {path}\n")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SubjectError as error:
        sys.stderr.write(f"bench: {error}\n")
        sys.exit(2)

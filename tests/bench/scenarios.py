"""What is measured of a standalone platform, one function for each scenario."""

import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench import census
from tests.bench.comparison import Pair, Plan, interleave
from tests.bench.generator import Generator, Target
from tests.bench.report import Row
from tests.bench.samples import Summary, quantile, summarize
from tests.bench.subject import Platform, SubjectError, was_cold

PYTHON = "def main(args):\n    return args\n"
NODE = "function main(args) {\n  return args\n}\n"
KINDS = (("python", "python:default", PYTHON), ("node", "nodejs:default", NODE))

REFILL_S = 0.3
"""Between two cold calls, so that the stem cell that was taken has been replaced."""

WARM_AFTER_COLD = 3
"""Warm calls after each cold one, for what the cold start added."""

SETTLE_S = 3.0
"""After the start, until memory and processor time are those of an idle platform."""

NO_STEM_CELLS = {
    "WHISK_CONTAINERS__STEM_CELLS_PYTHON": "0",
    "WHISK_CONTAINERS__STEM_CELLS_NODEJS": "0",
}


def floor_row(pair: Pair) -> Row:
    """Return the floor's own line: what both sides of the self-test saw."""
    samples = pair.subject.samples_ns + pair.floor.samples_ns
    return Row(scenario="floor", isolation="none", latency=summarize(samples), over_floor=1.0)


def warm(platform: Platform, generator: Generator, floor: Target, plan: Plan) -> Iterator[Row]:
    """Measure warm blocking calls of a no-op action of each kind against the floor."""
    for family, kind, code in KINDS:
        name = f"bench-warm-{family}"
        platform.deploy(name, kind, code)
        platform.invoke(name)
        pair = interleave(generator, platform.target(name), floor, plan)
        latency = summarize(pair.subject.samples_ns, pair.subject.errors)
        yield Row(
            scenario=f"warm {family}",
            goal=1,
            isolation=platform.isolation,
            latency=latency,
            over_floor=pair.ratio(),
            values=_spread(latency, summarize(pair.floor.samples_ns)),
            note=pair.subject.first_error or pair.floor.first_error,
        )


def _spread(latency: Summary, beside: Summary) -> dict[str, float] | None:
    """Return what the quantiles do not say, if both sides have enough samples for it."""
    if latency.p50_ms is None or latency.p99_ms is None or beside.p50_ms is None:
        return None
    return {"p99/p50": latency.p99_ms / latency.p50_ms, "floor p50 beside it (ms)": beside.p50_ms}


def cold(platform: Platform, count: int, *, source: str, goal: int) -> Iterator[Row]:
    """Measure the first call of new actions of each kind, at the HTTP client.

    Args:
        platform: Keeps stem cells, or none.
        count: New actions of each kind.
        source: What the platform starts from, for the report.
        goal: The row of the goals this speaks to.

    Raises:
        SubjectError: If a first call was not cold.
    """
    for family, kind, code in KINDS:
        first: list[int] = []
        again: list[int] = []
        for number in range(count):
            name = f"bench-cold-{family}-{number}"
            platform.deploy(name, kind, code)
            time.sleep(REFILL_S)
            record, waited_ns = platform.invoke(name)
            if not was_cold(record):
                raise SubjectError(f"the first call of {name} was not cold")
            first.append(waited_ns)
            again.extend(platform.invoke(name)[1] for _ in range(WARM_AFTER_COLD))
        added = quantile(sorted(first), 0.5) - quantile(sorted(again), 0.5)
        yield Row(
            scenario=f"cold {family}, {source}",
            goal=goal,
            isolation=platform.isolation,
            latency=summarize(first),
            values={"added over warm p50 (ms)": added / 1e6},
        )


def start(folder: Path, count: int) -> Iterator[Row]:
    """Measure the time from the start of the process to its readiness.

    Args:
        folder: Gets one state directory.
        count: Starts of each sort: with an empty state directory, and with the one it left.
    """
    fresh: list[int] = []
    again: list[int] = []
    isolation = ""
    for number in range(count):
        for seen in (fresh, again):
            with Platform(folder / str(number)) as platform:
                seen.append(int(platform.ready_ms * 1e6))
                isolation = platform.isolation
    for name, seen in (("empty state", fresh), ("existing state", again)):
        scenario = f"start to ready, {name}"
        yield Row(scenario=scenario, goal=23, isolation=isolation, latency=summarize(seen))


def idle(platform: Platform) -> Row:
    """Measure what a platform costs that has nothing to do."""
    time.sleep(SETTLE_S)
    spent = census.cpu_seconds(platform.pid)
    started = time.monotonic()
    time.sleep(SETTLE_S)
    share = (census.cpu_seconds(platform.pid) - spent) / (time.monotonic() - started)
    counted = census.count(platform.pid)
    hidden = f"{counted.unreadable} processes could not be read" if counted.unreadable else ""
    return Row(
        scenario="idle",
        goal=23,
        isolation=platform.isolation,
        values={
            "PSS of the tree (MB)": counted.pss_mb,
            "PSS of the platform process (MB)": counted.root_pss_mb,
            "processes": counted.processes,
            "cpu (% of a core)": share * 100,
        },
        note=hidden,
    )

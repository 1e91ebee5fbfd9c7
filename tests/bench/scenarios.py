"""Warm calls, cold calls, and a platform that has nothing to do; one function for each."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from os import defpath

from tests.bench import census
from tests.bench.comparison import Pair, interleave
from tests.bench.cores import place
from tests.bench.findings import Findings, Reading, Row
from tests.bench.goals import number
from tests.bench.samples import Summary, distribution, quantile, summarize
from tests.bench.subject import Subject, SubjectError, was_cold
from tests.bench.workbench import Workbench

PYTHON = "def main(args):\n    return args\n"
NODE = "function main(args) {\n  return args\n}\n"
KINDS = (("python", "python:default", PYTHON), ("node", "nodejs:default", NODE))

REFILL_S = 0.3
"""Between two cold calls, so that the stem cell that was taken has been replaced."""

WARM_AFTER_COLD = 3
"""Warm calls after each cold one, for what the cold start added."""

NO_STEM_CELLS = {
    "WHISK_CONTAINERS__STEM_CELLS_PYTHON": "0",
    "WHISK_CONTAINERS__STEM_CELLS_NODEJS": "0",
}


def floor(pair: Pair) -> Findings:
    """Return the floor's own line: what both sides of the self-test saw."""
    samples = pair.subject.samples_ns + pair.floor.samples_ns
    found = Findings()
    found.rows.append(
        Row(scenario="floor", isolation="none", latency=summarize(samples), over_floor=1.0)
    )
    found.draw("latency", "floor", *distribution(samples))
    return found


def milliseconds(value: float | None) -> str:
    """Write milliseconds for people."""
    return "" if value is None else f"{number(value)} ms"


def warm(bench: Workbench) -> Findings:
    """Measure warm blocking calls of a no-op action of each kind against the floor."""
    found = Findings()
    with bench.subject("warm") as subject:
        for family, kind, code in KINDS:
            name = f"bench-warm-{family}"
            subject.deploy(name, kind, code)
            subject.invoke(name)
            pair = interleave(
                bench.generator, subject.target(name), bench.floor.target, bench.size.plan
            )
            _warm_kind(found, family, subject.isolation, pair)
    return found


def _warm_kind(found: Findings, family: str, isolation: str, pair: Pair) -> None:
    seen = pair.subject
    latency = summarize(seen.samples_ns, seen.errors, seen.cold)
    beside = summarize(pair.floor.samples_ns)
    over_floor = pair.ratio()
    spread = _spread(latency)
    found.rows.append(
        Row(
            scenario=f"warm {family}",
            goal=1,
            isolation=isolation,
            latency=latency,
            over_floor=over_floor,
            note=seen.first_error or pair.floor.first_error,
        )
    )
    found.draw("latency", f"warm {family}", *distribution(seen.samples_ns))
    own = _spread(beside)
    for goal, value, shown, base in (
        ("warm", over_floor, latency.p50_ms, milliseconds(beside.p50_ms)),
        ("warm spread", spread, latency.p99_ms, "" if own is None else f"{number(own)} x"),
    ):
        if value is not None:
            found.readings.append(
                Reading(
                    goal=goal,
                    label=family,
                    value=value,
                    subject=milliseconds(shown),
                    floor=base,
                    n=latency.n,
                    errors=latency.errors,
                    isolation=isolation,
                )
            )


def _spread(latency: Summary) -> float | None:
    if latency.p50_ms is None or latency.p99_ms is None:
        return None
    return latency.p99_ms / latency.p50_ms


def stem_cells(bench: Workbench) -> Findings:
    """Measure the first call of new actions while a stem cell is ready."""
    found = Findings()
    with bench.subject("stem") as subject:
        for family, first, again, _ in _cold(bench, subject, "stem"):
            added_ms = (_median(first) - _median(again)) / 1e6
            label = f"cold {family}, stem cell ready"
            found.rows.append(
                Row(
                    scenario=label,
                    goal=8,
                    isolation=subject.isolation,
                    latency=summarize(first),
                    values={"added over warm p50 (ms)": added_ms},
                )
            )
            found.draw("latency", label, *distribution(first))
            found.readings.append(
                Reading(
                    goal="stem cell",
                    label=family,
                    value=added_ms,
                    subject=milliseconds(_median(first) / 1e6),
                    floor=f"warm {milliseconds(_median(again) / 1e6)}",
                    n=len(first),
                    isolation=subject.isolation,
                )
            )
    return found


def no_stem_cells(bench: Workbench) -> Findings:
    """Measure the first call of new actions while no child is ready."""
    found = Findings()
    with bench.subject("nothing", NO_STEM_CELLS) as subject:
        for family, first, _, bare in _cold(bench, subject, "nothing"):
            label = f"cold {family}, no stem cell"
            p50_ms = _median(first) / 1e6
            found.rows.append(
                Row(scenario=label, goal=9, isolation=subject.isolation, latency=summarize(first))
            )
            found.draw("latency", label, *distribution(first))
            bare_ms = _median(bare) / 1e6 if bare else 0.0
            found.readings.append(
                Reading(
                    goal="bare" if bare else "zygote",
                    label=family,
                    value=p50_ms / bare_ms if bare else p50_ms,
                    subject=milliseconds(p50_ms),
                    floor=f"bare {milliseconds(bare_ms)}" if bare else "",
                    n=len(first),
                    isolation=subject.isolation,
                )
            )
    return found


def _median(samples: list[int]) -> float:
    return quantile(sorted(samples), 0.5)


def _cold(
    bench: Workbench, subject: Subject, source: str
) -> Iterator[tuple[str, list[int], list[int], list[int]]]:
    """Yield, for each kind: first calls, warm calls and bare starts of the runtime beside them.

    Raises:
        SubjectError: If a first call was not cold.
    """
    for family, kind, code in KINDS:
        first: list[int] = []
        again: list[int] = []
        bare: list[int] = []
        for number_ in range(bench.size.cold):
            name = f"bench-cold-{source}-{family}-{number_}"
            subject.deploy(name, kind, code)
            time.sleep(REFILL_S)
            record, waited_ns = subject.invoke(name)
            if not was_cold(record):
                raise SubjectError(f"the first call of {name} was not cold")
            first.append(waited_ns)
            again.extend(subject.invoke(name)[1] for _ in range(WARM_AFTER_COLD))
            if family == "node" and bench.foreign is None:
                bare.append(bare_start_ns(bench.cores.platform))
        yield family, first, again, bare


def bare_start_ns(cores: frozenset[int]) -> int:
    """Return how long a Node takes that has nothing to do, from its start to its end.

    Args:
        cores: Where it runs; empty = anywhere.

    Raises:
        SubjectError: If there is no Node.
    """
    node = shutil.which("node")
    if node is None:
        raise SubjectError("Node is missing: install it, for example with apt-get install nodejs")
    began_ns = time.perf_counter_ns()
    with subprocess.Popen(
        [node, "-e", ""], env={"PATH": defpath}, stdin=subprocess.DEVNULL
    ) as process:
        place(process.pid, cores)
    return time.perf_counter_ns() - began_ns


def start(bench: Workbench) -> Findings:
    """Measure the time from the start of the process to its readiness."""
    seen: dict[str, list[int]] = {"empty state": [], "existing state": []}
    isolation = ""
    for count in range(bench.size.starts):
        for samples in seen.values():
            with bench.platform(f"start-{count}") as platform:
                samples.append(int(platform.ready_ms * 1e6))
                isolation = platform.isolation
    found = Findings()
    for label, samples in seen.items():
        scenario = f"start to ready, {label}"
        latency = summarize(samples)
        found.rows.append(Row(scenario=scenario, goal=23, isolation=isolation, latency=latency))
        found.readings.append(
            Reading(
                goal="ready",
                label=label,
                value=_median(samples) / 1e6,
                subject=f"max {milliseconds(latency.max_ms)}",
                n=len(samples),
                isolation=isolation,
            )
        )
    return found


def idle(bench: Workbench) -> Findings:
    """Measure what a platform costs that has nothing to do."""
    with bench.platform("idle") as platform:
        time.sleep(bench.size.settle_s)
        spent = census.cpu_seconds(platform.pid)
        started = time.monotonic()
        time.sleep(bench.size.idle_s)
        share = (census.cpu_seconds(platform.pid) - spent) / (time.monotonic() - started)
        counted = census.count(platform.pid)
        isolation = platform.isolation
    hidden = f"{counted.unreadable} processes could not be read" if counted.unreadable else ""
    shown = f"{counted.processes} processes"
    found = Findings()
    for goal, value, subject in (
        ("tree", counted.pss_mb, shown),
        ("process", counted.root_pss_mb, ""),
        ("idle", share * 100, f"over {bench.size.idle_s:g} s"),
    ):
        found.readings.append(
            Reading(goal=goal, value=value, subject=subject, n=1, isolation=isolation, note=hidden)
        )
    return found

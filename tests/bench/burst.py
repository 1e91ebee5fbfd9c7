"""Many cold starts at once, over HTTP: ``python -m tests.bench.burst [--count 200]``.

Every call is the first one of an action of its own. "Per core" divides the calls by the processor
time of the whole platform tree, actions included. For kinds that do not fork, the same number of
bare processes of the runtime is started beside it, as many at a time, for comparison.
"""

import argparse
import asyncio
import base64
import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.cores import place
from tests.bench.findings import Findings, Reading, Row
from tests.bench.generator import Target
from tests.bench.report import table
from tests.bench.samples import summarize
from tests.bench.scenarios import KINDS
from tests.bench.subject import Platform, Subject, was_cold
from tests.bench.workbench import Workbench

DEADLINE_S = 120.0
SETTLE_S = 3.0
"""Between the last deployment and the burst."""

PER_S = "cold starts per second"
PER_CORE = "cold starts per second and core"
BARE_SHARE = "share of bare spawns per second"


async def call(target: Target, samples: list[int], failures: list[str]) -> None:
    """Send one blocking call on a connection of its own and judge its answer."""
    token = base64.b64encode(target.key.encode()).decode()
    head = (
        f"POST {target.path} HTTP/1.1\r\nHost: {target.host}:{target.port}\r\n"
        f"Authorization: Basic {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: 2\r\nConnection: close\r\n\r\n{{}}"
    )
    started_ns = time.perf_counter_ns()
    writer = None
    try:
        reader, writer = await asyncio.open_connection(target.host, target.port)
        writer.write(head.encode())
        answer = await reader.read()
    except OSError as error:
        failures.append(str(error))
        return
    finally:
        if writer is not None:
            writer.close()
    samples.append(time.perf_counter_ns() - started_ns)
    status, _, body = answer.partition(b"\r\n\r\n")
    if status[9:12] != b"200":
        failures.append(f"{status[9:12].decode()}: {body[:200].decode('utf-8', 'replace')}")
    elif not was_cold(json.loads(body)):
        failures.append("a call was not cold")


async def crowd(targets: list[Target]) -> tuple[list[int], list[str]]:
    """Call all targets at once."""
    samples: list[int] = []
    failures: list[str] = []
    async with asyncio.timeout(DEADLINE_S):
        await asyncio.gather(*(call(target, samples, failures) for target in targets))
    return samples, failures


def bursts(bench: Workbench) -> Findings:
    """Measure a burst of each kind on a platform of its own."""
    found = Findings()
    for family, kind, code in KINDS:
        with bench.subject(f"burst-{family}") as subject:
            row, samples = burst(
                subject,
                family,
                kind,
                code,
                bench.size.burst,
                bench.size.settle_s,
                bench.cores.platform,
            )
        found.rows.append(row)
        ended = sorted(sample / 1e6 for sample in samples)
        found.draw("burst", family, [0.0, *ended], [*range(len(ended) + 1)])
        _judge(found, family, row)
    return found


def _judge(found: Findings, family: str, row: Row) -> None:
    values, seen = row.values or {}, row.latency
    assert seen is not None
    forking = family == "python"
    share = values.get(BARE_SHARE, 0.0)
    value = values.get(PER_CORE, 0.0) if forking else 100 * share
    if not value:
        return  # The tree is not ours to look into.
    found.readings.append(
        Reading(
            goal="burst" if forking else "burst bare",
            label=f"{seen.n} {family}",
            value=value,
            subject=f"{values[PER_S]:,.0f}/s in all",
            floor="" if forking else f"{values[PER_S] / share:,.0f}/s in all",
            n=seen.n,
            errors=seen.errors,
            isolation=row.isolation,
            note=row.note,
        )
    )


def burst(
    subject: Subject,
    family: str,
    kind: str,
    code: str,
    count: int,
    settle_s: float = SETTLE_S,
    cores: frozenset[int] = frozenset(),
) -> tuple[Row, list[int]]:
    """Measure one burst of cold starts of one kind; return also the latencies."""
    names = [f"burst-{family}-{number}" for number in range(count)]
    for name in names:
        subject.deploy(name, kind, code)
    time.sleep(settle_s)
    targets = [subject.target(name) for name in names]
    spent = subject.cpu_seconds()
    started = time.monotonic()
    samples, failures = asyncio.run(crowd(targets))
    elapsed = time.monotonic() - started
    spent = subject.cpu_seconds() - spent
    values = {PER_S: count / elapsed}
    if spent:
        values[PER_CORE] = count / spent
    if spent and family == "node":
        bare, bare_core = bare_spawns(count, cores)
        values["bare spawns per second"] = bare
        values[BARE_SHARE] = count / elapsed / bare
        values["bare spawns per second and core"] = bare_core
    row = Row(
        scenario=f"burst of {count} cold {family}",
        goal=12,
        isolation=subject.isolation,
        latency=summarize(samples, len(failures)),
        values=values,
        note=failures[0] if failures else "",
    )
    return row, samples


def bare_spawns(count: int, cores: frozenset[int]) -> tuple[float, float]:
    """Start bare Node processes, as many at a time as there are processors.

    Args:
        count: How many.
        cores: Where they run; empty = anywhere.

    Returns:
        Starts per second, and per second of processor time.
    """
    node = shutil.which("node")
    assert node is not None
    running: list[subprocess.Popen[bytes]] = []
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    for _ in range(count):
        if len(running) >= (len(cores) or os.cpu_count() or 1):
            running.pop(0).wait()
        running.append(
            subprocess.Popen([node, "-e", ""], env={"PATH": os.defpath}, stdin=subprocess.DEVNULL)
        )
        place(running[-1].pid, cores)
    for one in running:
        one.wait()
    elapsed = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return count / elapsed, count / spent


def main() -> int:
    """Run and print; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.burst")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--against", metavar="FOLDER", help="another checkout's platform folder")
    parser.add_argument("--kind", choices=[family for family, _, _ in KINDS])
    chosen = parser.parse_args()
    trees = [("", "")] if not chosen.against else [("", ""), ("other", chosen.against)]
    rows = []
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for number in range(chosen.rounds):
            order = trees if number % 2 == 0 else trees[::-1]
            for label, tree in order:
                for family, kind, code in KINDS:
                    if chosen.kind in (None, family):
                        path = {"PYTHONPATH": tree} if tree else {}
                        state = folder / f"{number}{label}{family}"
                        with Platform(state, path) as platform:
                            row, _ = burst(platform, f"{family}{label}", kind, code, chosen.count)
                            rows.append(row)
    sys.stdout.write(f"{table(rows)}\n")
    return 1 if any(row.latency is not None and row.latency.errors for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())

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

from tests.bench import census
from tests.bench.generator import Target
from tests.bench.report import Row, table
from tests.bench.samples import summarize
from tests.bench.scenarios import KINDS, SETTLE_S
from tests.bench.subject import Platform, was_cold

DEADLINE_S = 120.0


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


def burst(platform: Platform, family: str, kind: str, code: str, count: int) -> Row:
    """Measure one burst of cold starts of one kind."""
    names = [f"burst-{family}-{number}" for number in range(count)]
    for name in names:
        platform.deploy(name, kind, code)
    time.sleep(SETTLE_S)
    targets = [platform.target(name) for name in names]
    spent = census.cpu_seconds(platform.pid)
    started = time.monotonic()
    samples, failures = asyncio.run(crowd(targets))
    elapsed = time.monotonic() - started
    spent = census.cpu_seconds(platform.pid) - spent
    values = {
        "cold starts per second and core": count / spent,
        "cold starts per second": count / elapsed,
    }
    if family == "node":
        bare, bare_core = bare_spawns(count)
        values["bare spawns per second"] = bare
        values["share of bare spawns per second"] = count / elapsed / bare
        values["bare spawns per second and core"] = bare_core
    return Row(
        scenario=f"burst of {count} cold {family}",
        goal=12,
        isolation=platform.isolation,
        latency=summarize(samples, len(failures)),
        values=values,
        note=failures[0] if failures else "",
    )


def bare_spawns(count: int) -> tuple[float, float]:
    """Start bare Node processes, as many at a time as there are processors.

    Returns:
        Starts per second, and per second of processor time.
    """
    node = shutil.which("node")
    assert node is not None
    running: list[subprocess.Popen[bytes]] = []
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    for _ in range(count):
        if len(running) >= (os.cpu_count() or 1):
            running.pop(0).wait()
        running.append(
            subprocess.Popen([node, "-e", ""], env={"PATH": os.defpath}, stdin=subprocess.DEVNULL)
        )
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
                            row = burst(platform, f"{family}{label}", kind, code, chosen.count)
                            rows.append(row)
    sys.stdout.write(f"{table(rows)}\n")
    return 1 if any(row.latency is not None and row.latency.errors for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())

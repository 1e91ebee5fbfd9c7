"""Many actions in turn against one: ``python -m tests.bench.manyactions`` (row 6 of the goals).

A hundred actions are called in turn on a platform with containers for ninety, then one action as
often, alternately. Wall time is what users feel; calls per second of processor time are what can be
compared on a machine that others use too.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench import census
from tests.bench.load import Client, Job, Run
from tests.bench.subject import Platform
from whisk_platform.invoker.invoker import MACHINE_SHARE, machine_capacity_mb

ACTIONS = 100
CONTAINERS = 90
MEMORY_MB = 256
CODE = "def main(args):\n    return args\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How one round went."""

    per_s: float
    per_cpu_s: float
    cold: float
    """The part of the calls that were cold."""
    errors: int


class Turns(Run):
    """Calls several targets in turn."""

    def __init__(self, jobs: list[Job]) -> None:
        self._wires = [job.wire() for job in jobs]
        self._next = 0
        self.cold = 0
        super().__init__(jobs[0])

    def take(self) -> bool:
        """Reserve the next request, of the target whose turn it is."""
        self.wire = self._wires[self._next % len(self._wires)]
        self._next += 1
        return super().take()


class Counting(Client):
    """Counts the answers that waited for init."""

    def __init__(self, turns: Turns) -> None:
        super().__init__(turns)
        self._turns = turns

    def data_received(self, data: bytes) -> None:
        """Take a part of an answer."""
        self._turns.cold += b'"initTime"' in data
        super().data_received(data)


async def _perform(jobs: list[Job]) -> Turns:
    turns = Turns(jobs)
    loop = asyncio.get_running_loop()
    turns.opened()
    for _ in range(jobs[0].connections):
        await loop.create_connection(lambda: Counting(turns), jobs[0].host, jobs[0].port)
    turns.closed()
    await turns.done
    return turns


def play(platform: Platform, names: list[str], requests: int, connections: int) -> Pace:
    """Call actions in turn, so many times altogether."""
    jobs = [platform.target(name).job(requests, connections=connections) for name in names]
    cpu_s, started = census.cpu_seconds(platform.pid), time.perf_counter()
    turns = asyncio.run(_perform(jobs))
    passed = time.perf_counter() - started
    spent = census.cpu_seconds(platform.pid) - cpu_s
    return Pace(
        per_s=requests / passed,
        per_cpu_s=requests / spent,
        cold=turns.cold / requests,
        errors=turns.outcome.errors,
    )


def main() -> int:
    """Measure, print a line for each round, return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.manyactions", description=__doc__)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--requests", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    share = CONTAINERS * MEMORY_MB * MACHINE_SHARE / machine_capacity_mb()
    settings = {
        "WHISK_CONTAINERS__MEMORY_SHARE": repr(share),
        "WHISK_CONTAINERS__OVERCOMMIT": "1",
    }
    names = [f"bench-turn-{number}" for number in range(ACTIONS)]
    with tempfile.TemporaryDirectory() as folder, Platform(Path(folder), settings) as platform:
        for name in names:
            platform.deploy(name, "python:default", CODE)
        play(platform, names, 6 * ACTIONS, chosen.connections)
        for _ in range(chosen.rounds):
            one = play(platform, names[:1], chosen.requests, chosen.connections)
            many = play(platform, names, chosen.requests, chosen.connections)
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

"""Non-blocking calls: how many are accepted durably for each second of processor time.

``python -m tests.bench.accepting`` sends bursts from a process of its own, with consumers running,
and waits until every accepted activation has a record.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import cast

import uvloop

from tests.bench.census import cpu_seconds, tree
from tests.bench.load import Job
from tests.bench.subject import Platform

SETTINGS = {
    "WHISK_LIMITS__INVOCATIONS_PER_MINUTE": "100000000",
    "WHISK_LIMITS__CONCURRENT_INVOCATIONS": "100000000",
}
SILENT = "def main(args):\n    return args\n"
PATIENCE_S = 600.0


@dataclass(slots=True, kw_only=True)
class Burst:
    """What the client of one burst saw."""

    ids: list[str] = field(default_factory=list)
    """Activations that were accepted."""
    samples_ns: list[int] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    """Other answers, by status."""
    elapsed_s: float = 0.0


class Client(asyncio.Protocol):
    """One connection that sends the next request as soon as it has an answer."""

    def __init__(self, wire: bytes, burst: Burst, until: float) -> None:
        self._wire = wire
        self._burst = burst
        self._until = until
        self._sent_ns = 0
        self._buffer = b""
        self._transport: asyncio.WriteTransport | None = None
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast(asyncio.WriteTransport, transport)
        self._next()

    def _next(self) -> None:
        assert self._transport is not None
        if time.perf_counter() >= self._until:
            self._transport.close()
            return
        self._sent_ns = time.perf_counter_ns()
        self._transport.write(self._wire)

    def data_received(self, data: bytes) -> None:
        """Take the answer when it is whole."""
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        lowered = head.lower()
        at = lowered.find(b"\r\ncontent-length:")
        if len(body) < int(lowered[at + 17 :].split(b"\r\n", 1)[0]):
            return
        self._buffer = b""
        self._burst.samples_ns.append(time.perf_counter_ns() - self._sent_ns)
        status = head[9:12].decode()
        if status == "202":
            self._burst.ids.append(json.loads(body)["activationId"])
        else:
            self._burst.refused[status] = self._burst.refused.get(status, 0) + 1
        self._next()

    def connection_lost(self, _error: Exception | None) -> None:
        """End."""
        if not self.closed.done():
            self.closed.set_result(None)


async def _client(job: Job, seconds: float) -> Burst:
    burst = Burst()
    begin = time.perf_counter()
    loop = asyncio.get_running_loop()
    clients = []
    for _ in range(job.connections):
        made = await loop.create_connection(
            lambda: Client(job.wire(), burst, begin + seconds), job.host, job.port
        )
        clients.append(made[1].closed)
    await asyncio.gather(*clients)
    burst.elapsed_s = time.perf_counter() - begin
    return burst


def client() -> None:
    """Perform the job on standard input."""
    asked = json.loads(sys.stdin.read())
    job = Job(**asked["job"])
    if job.core is not None:
        os.sched_setaffinity(0, {job.core})
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        burst = runner.run(_client(job, asked["seconds"]))
    sys.stdout.write(json.dumps(asdict(burst)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """One burst."""

    accepted: int
    refused: dict[str, int]
    cpu_s: float
    """Of the whole tree, actions included, while the burst lasted."""
    elapsed_s: float
    p50_ms: float
    p99_ms: float
    recorded: int
    """Records that were there when the burst ended."""
    drained_s: float
    """From the end of the burst until the last record was there."""
    drained_cpu_s: float
    lost: int
    """Accepted activations without a record in the end."""

    @property
    def per_core(self) -> float:
        """Accepted calls for each second of processor time."""
        return self.accepted / self.cpu_s

    def text(self) -> str:
        """One line for people."""
        backlog = self.accepted - self.recorded
        return (
            f"accepted {self.accepted} in {self.elapsed_s:.1f} s"
            f" ({self.accepted / self.elapsed_s:.0f}/s, {self.per_core:.0f}/s per core),"
            f" p50 {self.p50_ms:.2f} p99 {self.p99_ms:.2f} ms, refused {self.refused};"
            f" backlog {backlog}, drained in {self.drained_s:.1f} s"
            f" ({self.drained_cpu_s:.1f} s of processor time), without a record {self.lost}"
        )


def _count(platform: Platform, since: int) -> int:
    page = platform.call("GET", f"activations?count=true&since={since}")
    return int(page["activations"])


def measure(platform: Platform, action: str, *, seconds: float, connections: int) -> Accepted:
    """Send one burst and wait for its records."""
    since = int(time.time() * 1000)
    target = platform.target(action)
    job = Job(
        host=target.host, port=target.port, path=target.path.partition("?")[0], key=target.key,
        requests=0, connections=connections, core=(os.cpu_count() or 1) - 1,
    )  # fmt: skip
    before = cpu_seconds(platform.pid)
    asked = json.dumps({"job": asdict(job), "seconds": seconds})
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.accepting", "--client"],
        input=asked, capture_output=True, text=True, check=True,
    )  # fmt: skip
    after = cpu_seconds(platform.pid)
    ended = time.monotonic()
    burst = Burst(**json.loads(done.stdout))
    recorded = seen = _count(platform, since)
    while seen < len(burst.ids) and time.monotonic() - ended < PATIENCE_S:
        time.sleep(0.2)
        seen = _count(platform, since)
    samples = sorted(burst.samples_ns)
    return Accepted(
        accepted=len(burst.ids), refused=burst.refused, cpu_s=after - before,
        elapsed_s=burst.elapsed_s, p50_ms=samples[len(samples) // 2] / 1e6,
        p99_ms=samples[len(samples) * 99 // 100] / 1e6, recorded=recorded,
        drained_s=time.monotonic() - ended, drained_cpu_s=cpu_seconds(platform.pid) - after,
        lost=len(burst.ids) - seen,
    )  # fmt: skip


def main() -> None:
    """Measure a few bursts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--client", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--bursts", type=int, default=2)
    given = parser.parse_args()
    if given.client:
        client()
        return
    cores = sorted(os.sched_getaffinity(0))[:-1]
    if cores:
        # The platform has all cores but the generator's.
        os.sched_setaffinity(0, cores)
    with tempfile.TemporaryDirectory() as folder, Platform(Path(folder), SETTINGS) as platform:
        platform.deploy("silent", "python:3", SILENT)
        for _ in range(3):
            platform.invoke("silent")
        sys.stdout.write(f"isolation {platform.isolation}, {len(tree(platform.pid))} processes\n")
        for _ in range(given.bursts):
            seen = measure(platform, "silent", seconds=given.seconds, connections=given.connections)
            sys.stdout.write(seen.text() + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()

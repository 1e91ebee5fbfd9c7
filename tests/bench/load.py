"""The load generator: a closed loop over keep-alive connections, in a process of its own.

``python -m tests.bench.load`` reads one job of JSON per line and answers each with one line: the
latency of every answered request in nanoseconds and the number of those that failed. A job that
stays open between two lines holds nothing: each opens its own connections and closes them.
"""

import asyncio
import base64
import json
import os
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import cast

import uvloop

JOB_DEADLINE_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to send, how often, and how many at a time."""

    host: str
    port: int
    path: str
    """Path and query of the POST."""
    key: str
    """``uuid:key``, sent as Basic authentication."""
    body: str = "{}"
    requests: int
    """Measured requests, all connections together."""
    warmup: int = 0
    """Requests before them that are not measured."""
    connections: int = 1
    core: int | None = None
    """Processor core the generator stays on, so that it does not compete with the server."""

    def wire(self) -> bytes:
        """Return the bytes of one request."""
        token = base64.b64encode(self.key.encode()).decode()
        body = self.body.encode()
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n"
            f"Authorization: Basic {token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a job saw."""

    samples_ns: list[int] = field(default_factory=list)
    errors: int = 0
    first_error: str = ""
    elapsed_ns: int = 0
    """Wall time of the measured part."""

    def fail(self, reason: str, count: int = 1) -> None:
        """Count failed requests and keep the first reason."""
        self.errors += count
        self.first_error = self.first_error or reason


class Run:
    """The shared count-down of one job's connections."""

    def __init__(self, job: Job) -> None:
        self.wire = job.wire()
        self.outcome = Outcome()
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._warmup = job.warmup
        self._left = job.warmup + job.requests
        self._open = 0
        self._started_ns = 0

    def take(self) -> bool:
        """Reserve the next request, or tell that there is none left."""
        if self._left == 0:
            return False
        self._left -= 1
        return True

    def opened(self) -> None:
        """Count a connection that has begun."""
        self._open += 1

    def closed(self) -> None:
        """Count a connection that has ended; the last one ends the job."""
        self._open -= 1
        if self._open == 0 and not self.done.done():
            if self._left:
                self.outcome.fail("every connection was closed by the server", self._left)
            self.outcome.elapsed_ns = time.perf_counter_ns() - self._started_ns
            self.done.set_result(None)

    def record(self, started_ns: int, ended_ns: int) -> None:
        """Keep one latency, unless it still belongs to the warm-up."""
        if self._warmup:
            self._warmup -= 1
            return
        if not self._started_ns:
            self._started_ns = started_ns
        self.outcome.samples_ns.append(ended_ns - started_ns)


class Client(asyncio.Protocol):
    """One connection that always has exactly one request under way."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._buffer = b""
        self._sent_ns = 0
        self._waiting = False
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast(asyncio.WriteTransport, transport)
        self._run.opened()
        self._next()

    def _next(self) -> None:
        assert self._transport is not None
        if self._run.take():
            self._waiting = True
            self._sent_ns = time.perf_counter_ns()
            self._transport.write(self._run.wire)
        else:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Take the answer when it is whole, and go on."""
        now = time.perf_counter_ns()
        self._buffer = self._buffer + data if self._buffer else data
        head_end = self._buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = self._buffer[:head_end].lower()
        at = head.find(b"\r\ncontent-length:")
        if at < 0:
            self._give_up("an answer came without a Content-Length")
            return
        length = int(head[at + 17 :].split(b"\r\n", 1)[0])
        if len(self._buffer) < head_end + 4 + length:
            return
        status = head[9:12]
        if status == b"200":
            self._run.record(self._sent_ns, now)
        else:
            body = self._buffer[head_end + 4 : head_end + 204]
            self._run.outcome.fail(f"{status.decode()}: {body.decode('utf-8', 'replace')}")
        self._buffer = b""
        self._waiting = False
        self._next()

    def _give_up(self, reason: str) -> None:
        assert self._transport is not None
        self._waiting = False
        self._run.outcome.fail(reason)
        self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """Count the request that will not be answered any more."""
        if self._waiting:
            self._run.outcome.fail(f"the connection was lost: {error or 'closed by the server'}")
        self._run.closed()


async def perform(job: Job) -> Outcome:
    """Run one job to its end.

    Raises:
        OSError: If nothing listens at the address.
        TimeoutError: If the job takes longer than two minutes.
    """
    run = Run(job)
    loop = asyncio.get_running_loop()
    run.opened()  # The job itself, so that an early close cannot end it while others connect.
    for _ in range(job.connections):
        await loop.create_connection(lambda: Client(run), job.host, job.port)
    run.closed()
    async with asyncio.timeout(JOB_DEADLINE_S):
        await run.done
    return run.outcome


def main() -> None:
    """Answer jobs until standard input ends."""
    for line in sys.stdin:
        job = Job(**json.loads(line))
        if job.core is not None and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {job.core})
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            try:
                outcome = runner.run(perform(job))
            except (OSError, TimeoutError) as error:
                outcome = Outcome(
                    errors=job.requests, first_error=f"{job.host}:{job.port}: {error}"
                )
        sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

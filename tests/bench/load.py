"""The load generators' process: closed and open loops over keep-alive connections.

``python -m tests.bench.load`` reads one job of JSON per line and answers each with one line. A
closed loop (:class:`Job`) tells how much a server does; an open one (``openloop``) what users feel.
The process holds nothing between two lines: each job opens its own connections and closes them.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import cycle
from typing import Any

import uvloop

from tests.bench import openloop
from tests.bench.wire import Address, Answer, Exchange, post

JOB_DEADLINE_S = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to send, how often, and how many at a time."""

    host: str
    port: int
    tls: bool = False
    verify: bool = True
    path: str
    """Path and query of the POST."""
    more_paths: Sequence[str] = ()
    """Called in turn with the first."""
    key: str
    """``uuid:key``, sent as Basic authentication."""
    body: str = "{}"
    requests: int
    """Measured requests, all connections together."""
    seconds: float = 0.0
    """Stop earlier, after this time; 0 = do not."""
    warmup: int = 0
    """Requests before them that are not measured."""
    connections: int = 1
    expected: int = 200
    """Status of an answer that is no error."""
    core: int | None = None
    """Processor core the generator stays on, so that it does not compete with the server."""

    @property
    def address(self) -> Address:
        """Where it goes."""
        return Address(host=self.host, port=self.port, tls=self.tls, verify=self.verify)

    def wire(self) -> bytes:
        """Return the bytes of one request."""
        return post(self.address, self.path, self.key, self.body)

    def wires(self) -> list[bytes]:
        """Return the bytes of one request for each path."""
        return [replace(self, path=path).wire() for path in (self.path, *self.more_paths)]


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a job saw."""

    samples_ns: list[int] = field(default_factory=list)
    cold: int = 0
    """Measured answers that waited for init."""
    errors: int = 0
    first_error: str = ""
    elapsed_ns: int = 0
    """Wall time of the measured part."""
    cpu_s: float = 0.0
    """Processor time of the generator itself, the warm-up included."""

    def fail(self, reason: str, count: int = 1) -> None:
        """Count failed requests and keep the first reason."""
        self.errors += count
        self.first_error = self.first_error or reason


class Run:
    """The shared count-down of one job's connections."""

    def __init__(self, job: Job) -> None:
        self.outcome = Outcome()
        self.expected = job.expected
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._wires = cycle(job.wires())
        self._warmup = job.warmup
        self._left = job.warmup + job.requests
        self._ends_ns = time.perf_counter_ns() + int(job.seconds * 1e9) if job.seconds else 0
        self._open = 0
        self._started_ns = 0

    def take(self) -> bytes | None:
        """Reserve the next request, or tell that there is none left."""
        if self._ends_ns and time.perf_counter_ns() > self._ends_ns:
            self._left = 0
        if self._left == 0:
            return None
        self._left -= 1
        return next(self._wires)

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

    def record(self, started_ns: int, ended_ns: int, cold: bool) -> None:
        """Keep one latency, unless it still belongs to the warm-up."""
        if self._warmup:
            self._warmup -= 1
            return
        if not self._started_ns or started_ns < self._started_ns:
            self._started_ns = started_ns
        self.outcome.samples_ns.append(ended_ns - started_ns)
        self.outcome.cold += cold


class Client(Exchange):
    """One connection that always has exactly one request under way."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self._run = run
        self._sent_ns = 0

    def ready(self) -> None:
        """Send the first request."""
        self._run.opened()
        self._next()

    def _next(self) -> None:
        request = self._run.take()
        if request is None:
            self.close()
        else:
            self._sent_ns = time.perf_counter_ns()
            self.send(request)

    def answered(self, answer: Answer) -> None:
        """Count the answer and go on."""
        if answer.status == self._run.expected:
            self._run.record(self._sent_ns, time.perf_counter_ns(), answer.cold)
        else:
            text = answer.text.decode("utf-8", "replace")
            self._run.outcome.fail(f"{answer.status}: {text}")
        self._next()

    def gone(self, reason: str) -> None:
        """Count the connection as ended, and the request that will not be answered any more."""
        if self.waiting:
            self._run.outcome.fail(reason)
        self._run.closed()


async def perform(job: Job) -> Outcome:
    """Run one job to its end.

    Raises:
        OSError: If nothing listens at the address.
        TimeoutError: If the job takes longer than three minutes.
    """
    run = Run(job)
    loop = asyncio.get_running_loop()
    context = job.address.context()
    run.opened()  # The job itself, so that an early close cannot end it while others connect.
    for _ in range(job.connections):
        await loop.create_connection(lambda: Client(run), job.host, job.port, ssl=context)
    run.closed()
    async with asyncio.timeout(JOB_DEADLINE_S):
        await run.done
    return run.outcome


def stay_on(core: int | None) -> None:
    """Keep this process on one core, if there is one of its own."""
    if core is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})


def answer(order: dict[str, Any]) -> Outcome | openloop.Trace:
    """Do what one line asks for: an open loop if it has phases, a closed one otherwise."""
    stay_on(order["core"])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        if "phases" in order:
            return runner.run(openloop.perform(openloop.order_of(order)))
        job = Job(**order)
        began = time.process_time()
        try:
            outcome = runner.run(perform(job))
        except (OSError, TimeoutError) as error:
            outcome = Outcome(errors=job.requests, first_error=f"{job.host}:{job.port}: {error}")
        outcome.cpu_s = time.process_time() - began
        return outcome


def main() -> None:
    """Answer jobs until standard input ends."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(asdict(answer(json.loads(line)))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

"""The load generator's process, seen from the benchmark."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from types import TracebackType
from typing import Any, Self

from tests.bench.load import Job, Outcome
from tests.bench.openloop import Order, Trace
from tests.bench.schedule import Phase
from tests.bench.wire import Address

MOST_CONNECTIONS = 4_000
"""Of an open loop; beyond them requests wait in the generator, and their latency runs."""

GRACE_S = 65.0
"""A blocking call is answered after a minute at the latest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a server answers one blocking invocation."""

    host: str
    port: int
    tls: bool = False
    verify: bool = True
    path: str
    """Path and query."""
    key: str
    """``uuid:key``."""
    body: str = "{}"

    def job(
        self, requests: int, *, warmup: int = 0, connections: int = 1, seconds: float = 0.0
    ) -> Job:
        """Return a job of a closed loop against this target."""
        return Job(
            host=self.host,
            port=self.port,
            tls=self.tls,
            verify=self.verify,
            path=self.path,
            key=self.key,
            body=self.body,
            requests=requests,
            warmup=warmup,
            connections=connections,
            seconds=seconds,
        )

    def order(self, phases: Sequence[Phase], *, grace_s: float = GRACE_S, seed: int = 1) -> Order:
        """Return the order of an open loop against this target."""
        return Order(
            address=Address(host=self.host, port=self.port, tls=self.tls, verify=self.verify),
            path=self.path,
            key=self.key,
            body=self.body,
            phases=tuple(phases),
            connections=MOST_CONNECTIONS,
            grace_s=grace_s,
            seed=seed,
        )


class Generator:
    """One load process; it takes one job after another."""

    def __init__(self, core: int | None = None) -> None:
        """Start the process.

        Args:
            core: The processor core it stays on; ``None`` lets the system choose.
        """
        self._core = core
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.load"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def perform(self, job: Job) -> Outcome:
        """Run a closed loop and return what it saw.

        Raises:
            RuntimeError: If the generator's process has ended.
        """
        return Outcome(**self._ask(asdict(replace(job, core=self._core))))

    def send(self, order: Order) -> Trace:
        """Run an open loop and return what became of each request.

        Raises:
            RuntimeError: If the generator's process has ended.
        """
        return Trace(**self._ask({**asdict(order), "core": self._core}))

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the load generator ended before it answered")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

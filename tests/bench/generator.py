"""The load generator's process, seen from the benchmark."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from types import TracebackType
from typing import Self

from tests.bench.load import Job, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a server answers one blocking invocation."""

    host: str
    port: int
    path: str
    """Path and query."""
    key: str
    """``uuid:key``."""
    body: str = "{}"

    def job(self, requests: int, *, warmup: int = 0, connections: int = 1) -> Job:
        """Return a job of the load generator against this target."""
        return Job(
            host=self.host,
            port=self.port,
            path=self.path,
            key=self.key,
            body=self.body,
            requests=requests,
            warmup=warmup,
            connections=connections,
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
        """Run a job and return what it saw.

        Raises:
            RuntimeError: If the generator's process has ended.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(replace(job, core=self._core))) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the load generator ended before it answered")
        return Outcome(**json.loads(line))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

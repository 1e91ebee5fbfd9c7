"""The floor rig's process, seen from the benchmark."""

import json
import subprocess
import sys
from types import TracebackType
from typing import Self

from tests.bench.cores import place
from tests.bench.generator import Target


class Floor:
    """One floor server on loopback, with its ready action processes."""

    def __init__(self, processes: int = 1, cores: frozenset[int] = frozenset()) -> None:
        """Start it and wait until it listens.

        Args:
            processes: Action processes, which is the number of calls at a time.
            cores: Processor cores it stays on; empty = any.

        Raises:
            RuntimeError: If it ends before it listens.
        """
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.floor", str(processes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        place(self._process.pid, cores)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the floor rig ended before it listened")
        said = json.loads(line)
        host, _, port = said["address"].removeprefix("http://").rpartition(":")
        self.target = Target(host=host, port=int(port), path=said["path"], key=said["key"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

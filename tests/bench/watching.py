"""What a crowd of watchers costs a warm call: ``python -m tests.bench.watching``.

Calls run at a steady rate all the time; the crowd comes and goes, round by round, so that what else
happens on the machine falls on both alike. Prints the medians of the rounds and their ratio.
"""

import argparse
import base64
import json
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any
from urllib.request import Request, urlopen

from tests.bench.crowd import Order
from tests.bench.generator import Generator
from tests.bench.openloop import Trace
from tests.bench.samples import quantile
from tests.bench.schedule import Phase
from tests.bench.subject import GUEST, Platform

SYSTEM = (
    "789c46b1-71f6-4ed5-8c54-816aa4f8c502:"
    "abczO3xZCLrMN6v2BKK1dXYFpXlPkccOFqm12CdAsMgRU4VrNZ9lyGVCGuMDGIwP"
)
"""The other public development key."""
CODE = "def main(args):\n    print('hello')\n    return args\n"
ACTIONS = 10
CONNECTIONS = 200
WATCH = "/api/v1/namespaces/_/activations?watch=true"


@dataclass(slots=True)
class Round:
    """What one round showed."""

    watched: bool
    p50_ms: float
    p90_ms: float
    cpu: float
    """Seconds of processor time of the platform's process for each second."""
    memory_mb: int
    failures: int
    seen: dict[str, int]


class Rig:
    """A platform with some namespaces, and the processes that use it."""

    def __init__(self, platform: Platform, generator: Generator, namespaces: int) -> None:
        self._platform = platform
        self._generator = generator
        self.address = str(platform.run["address"])
        self.keys = [GUEST] + [self._subject(number) for number in range(1, namespaces)]
        for key in self.keys:
            for number in range(ACTIONS):
                body = {"exec": {"kind": "python:default", "code": CODE}}
                self._call("PUT", f"namespaces/_/actions/watched{number}", body, key)

    def _subject(self, number: int) -> str:
        answer = self._call("PUT", f"admin/subjects/watcher{number:03d}", {}, SYSTEM)
        namespace = answer["namespaces"][0]
        return f"{namespace['uuid']}:{namespace['key']}"

    def _call(self, method: str, path: str, body: object, key: str) -> Any:
        token = base64.b64encode(key.encode()).decode()
        headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}
        request = Request(
            f"{self.address}/api/v1/{path}", json.dumps(body).encode(), headers, method=method
        )
        with urlopen(request) as answer:
            return json.load(answer)

    def _crowd(self, watchers: int, query: str) -> subprocess.Popen[str]:
        """Start a process of ``crowd`` and wait until everybody watches."""
        host, _, port = self.address.removeprefix("http://").rpartition(":")
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.crowd"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        order = Order(
            host=host, port=int(port), keys=self.keys, paths=[WATCH + query], watchers=watchers
        )
        process.stdin.write(json.dumps(asdict(order)) + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ready\n", "not everybody may watch"
        return process

    def calls(self, rate: float, seconds: float) -> Trace:
        """Call actions in turn, at a rate that does not wait for answers."""
        paths = [self._platform.target(f"watched{number}").path for number in range(ACTIONS)]
        first, *more = ((f"{path}&result=true", key) for path in paths for key in self.keys)
        order = self._platform.target("watched0").order([Phase(seconds=seconds, rate=rate)])
        return self._generator.send(
            replace(order, path=first[0], key=first[1], more=tuple(more), connections=CONNECTIONS)
        )

    def round(self, watchers: int, query: str, rate: float, seconds: float) -> Round:
        """Call for some seconds, watched or not."""
        crowd = self._crowd(watchers, query) if watchers else None
        before = self._cpu_s()
        called = self.calls(rate, seconds)
        cpu = (self._cpu_s() - before) / seconds
        seen = {} if crowd is None else json.loads(crowd.communicate()[0])
        latencies = sorted(called.latency_ns)
        return Round(
            watched=bool(watchers),
            p50_ms=quantile(latencies, 0.5) / 1e6,
            p90_ms=quantile(latencies, 0.9) / 1e6,
            cpu=cpu,
            memory_mb=self._memory_mb(),
            failures=sum(status != 200 for status in called.status),
            seen=seen,
        )

    def _cpu_s(self) -> float:
        fields = Path(f"/proc/{self._platform.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _memory_mb(self) -> int:
        status = Path(f"/proc/{self._platform.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) >> 10


def arguments() -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.watching", description=__doc__)
    parser.add_argument("--watchers", type=int, default=1_000)
    parser.add_argument("--namespaces", type=int, default=10)
    parser.add_argument("--query", default="", help="filters of the watch, such as &events=end")
    parser.add_argument("--rate", type=float, default=500.0, help="calls per second")
    parser.add_argument("--seconds", type=float, default=6.0, help="of each round")
    parser.add_argument("--rounds", type=int, default=4, help="with and without watchers, each")
    return parser.parse_args()


def main() -> None:
    """Run, and print one line for each round and the comparison."""
    chosen = arguments()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    settings = {"WHISK_WATCH__PER_NAMESPACE": str(chosen.watchers)}
    rounds: list[Round] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        Platform(Path(folder), settings) as platform,
        Generator() as generator,
    ):
        rig = Rig(platform, generator, chosen.namespaces)
        rig.calls(chosen.rate, chosen.seconds / 2)
        for number in range(2 * chosen.rounds):
            # Watched, not, not, watched, …: a drift of the machine favors neither.
            watchers = chosen.watchers if number % 4 in (0, 3) else 0
            rounds.append(rig.round(watchers, chosen.query, chosen.rate, chosen.seconds))
            sys.stdout.write(f"{rounds[-1]}\n")
            sys.stdout.flush()
    for name in ("p50_ms", "p90_ms", "cpu"):
        alone, watched = (
            median(getattr(each, name) for each in rounds if each.watched is which)
            for which in (False, True)
        )
        ratio = watched / alone
        sys.stdout.write(f"{name}: {alone:.3f} alone, {watched:.3f} watched, ratio {ratio:.2f}\n")


if __name__ == "__main__":
    main()

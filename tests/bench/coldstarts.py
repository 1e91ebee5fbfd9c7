"""Cold starts of one platform, or of two trees interleaved: ``python -m tests.bench.coldstarts``.

``--against FOLDER`` names the ``platform`` folder of another checkout: both run at the same time
and answer in the order A B B A, so that the machine's noise meets both alike. Prints, for each kind
and each source of the sandbox, the first call of new actions and what it added over warm ones.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import census
from tests.bench.findings import Row
from tests.bench.report import table
from tests.bench.samples import quantile, summarize
from tests.bench.scenarios import KINDS, NO_STEM_CELLS, REFILL_S, WARM_AFTER_COLD
from tests.bench.subject import Platform, SubjectError, was_cold

SOURCES: tuple[tuple[str, dict[str, str], int], ...] = (
    ("stem cell ready", {}, 8),
    ("no stem cell", NO_STEM_CELLS, 9),
)


@dataclass(slots=True, kw_only=True)
class Seen:
    """What one tree showed for one kind."""

    label: str
    platform: Platform
    first_ns: list[int] = field(default_factory=list)
    warm_ns: list[int] = field(default_factory=list)
    cpu_s: float = 0.0

    def sample(self, name: str, kind: str, code: str) -> None:
        """Deploy a new action and call it: once cold, then warm.

        Raises:
            SubjectError: If the first call was not cold.
        """
        self.platform.deploy(name, kind, code)
        time.sleep(REFILL_S)
        record, waited_ns = self.platform.invoke(name)
        if not was_cold(record):
            raise SubjectError(f"the first call of {name} was not cold")
        self.first_ns.append(waited_ns)
        self.warm_ns.extend(self.platform.invoke(name)[1] for _ in range(WARM_AFTER_COLD))

    def row(self, scenario: str, goal: int) -> Row:
        """Return its line of the report."""
        added = quantile(sorted(self.first_ns), 0.5) - quantile(sorted(self.warm_ns), 0.5)
        return Row(
            scenario=f"cold {scenario}{self.label}",
            goal=goal,
            isolation=self.platform.isolation,
            latency=summarize(self.first_ns),
            values={
                "added over warm p50 (ms)": added / 1e6,
                "processor time of a cold start, its refill and the warm calls (ms)": self.cpu_s
                * 1000
                / len(self.first_ns),
            },
        )


def measure(trees: list[tuple[str, str]], count: int, folder: Path) -> Iterator[Row]:
    """Measure every kind from every source.

    Args:
        trees: A label and the ``platform`` folder of each; an empty folder is this checkout's.
        count: New actions of each kind, rounded up to whole rounds of A B B A.
        folder: Gets the state directories.
    """
    for source, settings, goal in SOURCES:
        with ExitStack() as stack:
            platforms = []
            for label, tree in trees:
                path = {"PYTHONPATH": tree} if tree else {}
                state = folder / f"{goal}{label.strip()}"
                platform = stack.enter_context(Platform(state, settings | path))
                platforms.append((label, platform))
            for family, kind, code in KINDS:
                seen = [Seen(label=label, platform=platform) for label, platform in platforms]
                for number in range(-(-count // 2)):
                    for turn, one in enumerate([*seen, *reversed(seen)]):
                        before = census.cpu_seconds(one.platform.pid)
                        one.sample(f"cold-{family}-{number}-{turn}", kind, code)
                        one.cpu_s += census.cpu_seconds(one.platform.pid) - before
                for one in seen:
                    yield one.row(f"{family}, {source}", goal)


def main() -> int:
    """Run and print; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.coldstarts")
    parser.add_argument("--against", metavar="FOLDER", help="another checkout's platform folder")
    parser.add_argument("--count", type=int, default=50, help="cold starts of each sort")
    chosen = parser.parse_args()
    trees = [("", "")]
    if chosen.against:
        trees = [(" [this]", ""), (" [other]", chosen.against)]
    with tempfile.TemporaryDirectory() as folder:
        rows = list(measure(trees, chosen.count, Path(folder)))
    sys.stdout.write(f"{table(rows)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

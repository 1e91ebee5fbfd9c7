"""Compare keep-alive policies: ``python -m tests.bench.simulate [--quick] [--seeds N]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from multiprocessing import Pool as Processes

from tests.bench.simulate.table import Case, compare, render
from tests.bench.simulate.workload import SHAPES

POLICIES = ("fixed", "greedy_dual", "histogram")


def main() -> int:
    """Run all cases, print the table, return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.simulate", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer functions and hours")
    parser.add_argument("--seeds", type=int, default=2, metavar="N", help="workloads of each shape")
    parser.add_argument("--policy", action="append", help="another one, as module:attribute")
    chosen = parser.parse_args()
    cases = _cases(chosen.quick, chosen.seeds, [*POLICIES, *(chosen.policy or ())])
    with Processes() as processes:
        results = processes.map(compare, cases, chunksize=1)
    sys.stdout.write(render(results))
    return 0


def _cases(quick: bool, seeds: int, policies: Sequence[str]) -> list[Case]:
    count, hours = (60, 6.0) if quick else (200, 24.0)
    return [
        Case(shape=shape, count=count, hours=hours, seed=seed, share=share, policies=(*policies,))
        for shape in (*SHAPES, "in turn")
        for share in (0.2, 0.5, 0.9)
        for seed in range(seeds)
    ]


if __name__ == "__main__":
    sys.exit(main())

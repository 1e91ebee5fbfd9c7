"""Run the benchmarks: ``python -m tests.bench [--quick] [--only ROW,...] [--url URL --auth KEY]``.

Writes one JSON document, a report with plots, and prints the goals table. Exits with 1 if the
machine is too noisy to measure on, and with 2 if something could not be measured.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.bench import cores, document, goals, report
from tests.bench.catalog import SCENARIOS
from tests.bench.generator import Generator
from tests.bench.rig import Floor
from tests.bench.run import self_test, series
from tests.bench.scenarios import floor
from tests.bench.sizes import FULL, QUICK
from tests.bench.subject import Remote, SubjectError
from tests.bench.workbench import Foreign, Workbench


def rows(text: str) -> frozenset[int]:
    """Return the rows that ``--only`` names.

    Raises:
        argparse.ArgumentTypeError: If one of them is none that can be measured here.
    """
    known = frozenset[int]().union(*(scenario.rows for scenario in SCENARIOS))
    try:
        wanted = frozenset(int(each) for each in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text}: give numbers, as in 1,5,23") from None
    if strange := wanted - known:
        raise argparse.ArgumentTypeError(
            f"row {min(strange)} is not measured here; there are"
            f" {', '.join(map(str, sorted(known)))}"
        )
    return wanted


def arguments() -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="take less than three minutes")
    parser.add_argument("--only", type=rows, default=goals.ROWS, metavar="ROW,...")
    parser.add_argument("--floor-only", action="store_true", help="measure only the floor rig")
    parser.add_argument("--url", help="measure the server there instead of our own platform")
    parser.add_argument("--auth", metavar="KEY", help="uuid:key of a namespace there")
    parser.add_argument("--insecure", action="store_true", help="do not verify its certificate")
    parser.add_argument("--out", type=Path, default=Path("bench-results"), metavar="FOLDER")
    chosen = parser.parse_args()
    if bool(chosen.url) != bool(chosen.auth):
        parser.error("--url and --auth go together: where, and as whom")
    return chosen


def foreign(chosen: argparse.Namespace) -> Foreign | None:
    """Return the server to measure instead of our own, once it has answered.

    Raises:
        SubjectError: If it does not answer.
    """
    if not chosen.url:
        return None
    there = Foreign(url=chosen.url, key=chosen.auth, verify=not chosen.insecure)
    with Remote(there.url, there.key, verify=there.verify):
        return there


def main() -> int:
    """Run, write and print; return the exit code."""
    chosen = arguments()
    there = foreign(chosen)
    divided = cores.divide(cores.available())
    cores.place(0, frozenset(() if divided.generator is None else (divided.generator,)))
    with (
        Generator(divided.generator) as generator,
        Floor(1, divided.platform) as rig,
        tempfile.TemporaryDirectory() as folder,
    ):
        bench = Workbench(
            generator=generator,
            floor=rig,
            cores=divided,
            folder=Path(folder),
            size=QUICK if chosen.quick else FULL,
            foreign=there,
        )
        pair, verdict = self_test(bench)
        found, failed = floor(pair), False
        if verdict is None and not chosen.floor_only:
            failed = series(bench, chosen.only, found)
    if verdict is not None:
        path = document.write(chosen.out, type(found)(), [], verdict, {})
        sys.stderr.write(f"bench: nothing is reported, because {verdict}; try a quieter machine\n")
        return 1
    asked = frozenset() if chosen.floor_only else chosen.only
    lines = goals.judged(found.readings, asked)
    facts = {
        "size": "quick" if chosen.quick else "full",
        "subject": chosen.url or "a standalone platform of this checkout",
        "cores used": _placed(divided),
        "self-test": f"two identical servers differ by {abs((pair.ratio() or 1) - 1):.1%}",
    }
    path = document.write(chosen.out, found, lines, None, facts)
    sys.stdout.write(f"{report.table(found.rows)}\n\n{report.goals(lines)}\n")
    sys.stdout.write("".join(f"{sentence}\n" for sentence in found.missing))
    sys.stdout.write(f"\nThe whole report: {path}\n")
    return 2 if failed else 0


def _placed(divided: cores.Cores) -> str:
    if divided.generator is None:
        return "shared by the platform and the load generator"
    count = len(divided.platform)
    return f"{count} for the platform and the floor, one for the load generator"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SubjectError as error:
        sys.stderr.write(f"bench: {error}\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("bench: interrupted; nothing is reported\n")
        sys.exit(130)

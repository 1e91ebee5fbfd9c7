"""Containers that are free before their log is read, against containers that are held for it.

``python -m tests.bench.reusing`` runs the same talkative action on two platforms in turn (ABBA),
one of them with ``invoker.reuse_after_logs``.
"""

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from tests.bench.accepting import SETTINGS
from tests.bench.census import cpu_seconds
from tests.bench.generator import Generator
from tests.bench.subject import Platform, was_cold

HELD = {"WHISK_INVOKER__REUSE_AFTER_LOGS": "true"}
CODE = """
def main(args):
    for number in range({lines}):
        print('line number', number, 'of some length, as programs print them')
    return {{}}
"""
CALLS = {100: 1500, 1000: 300}
CONNECTIONS = 4
SERIAL = 100


def _measure(platform: Platform, generator: Generator, lines: int) -> tuple[float, float]:
    """Calls for each second of wall time, and of the tree's processor time."""
    before = cpu_seconds(platform.pid)
    calls = CALLS[lines]
    job = platform.target(f"lines{lines}").job(calls, connections=CONNECTIONS)
    outcome = generator.perform(job)
    spent = cpu_seconds(platform.pid) - before
    assert outcome.errors == 0, outcome.first_error
    return calls / outcome.elapsed_ns * 1e9, calls / spent


def main() -> None:
    """Measure both and print a line for each."""
    names = ("free at once", "held for logs")
    with ExitStack() as stack:
        generator = stack.enter_context(Generator((os.cpu_count() or 1) - 1))
        both = [
            stack.enter_context(
                Platform(Path(stack.enter_context(tempfile.TemporaryDirectory())), more)
            )
            for more in (SETTINGS, {**SETTINGS, **HELD})
        ]
        for lines in CALLS:
            for platform in both:
                platform.deploy(f"lines{lines}", "python:3", CODE.format(lines=lines))
                platform.invoke(f"lines{lines}")
            seen: dict[int, list[tuple[float, float]]] = {0: [], 1: []}
            for which in (0, 1, 1, 0, 0, 1, 1, 0):
                seen[which].append(_measure(both[which], generator, lines))
            for which, name in enumerate(names):
                cold = sum(was_cold(both[which].invoke(f"lines{lines}")[0]) for _ in range(SERIAL))
                wall, processor = (median(each[n] for each in seen[which]) for n in (0, 1))
                sys.stdout.write(
                    f"{lines} lines, {name}: {wall:.0f}/s, {processor:.0f}/s per core;"
                    f" {cold} of {SERIAL} serial calls cold\n"
                )
                sys.stdout.flush()


if __name__ == "__main__":
    main()

"""``python -m tests.soak --minutes 15``: mixed load, and what the platform holds at start and end.

Prints a table of what it held, what was done and what went wrong; writes the same as JSON. Ends
with 1 if an answer was wrong, work was lost, or something is left behind.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench.subject import Platform
from tests.soak import mix
from tests.soak.caller import Caller
from tests.soak.holdings import Holdings, cgroups, look
from tests.waiting import wait_for

SETTLED_S = 60.0
"""After which the first figures count: every kind has been started by then."""
EVERY_S = 10.0
SLOTS = 8
"""Clients at work at the same time."""


class Load:
    """Clients that do what the mix says until they are told to stop."""

    def __init__(self, host: str, port: int, seed: int, *, node: bool) -> None:
        self._parts = mix.ingredients(node=node)
        self._callers = [Caller(host=host, port=port) for _ in range(SLOTS)]
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.done: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()
        self._threads = [
            threading.Thread(target=self._work, args=(caller, random.Random(seed + number)))
            for number, caller in enumerate(self._callers)
        ]

    def start(self) -> None:
        """Let them begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> list[str]:
        """Let them end; gives the activations that were accepted."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        for caller in self._callers:
            caller.close()
        return [each for caller in self._callers for each in caller.accepted]

    def _work(self, caller: Caller, chance: random.Random) -> None:
        names = list(self._parts)
        shares = [self._parts[name].share for name in names]
        while not self._stop.is_set():
            name = chance.choices(names, shares)[0]
            try:
                self._parts[name].do(caller, chance)
            except Exception as problem:
                with self._lock:
                    self.wrong[f"{name}: {type(problem).__name__}: {str(problem)[:200]}"] += 1
            else:
                with self._lock:
                    self.done[name] += 1


def missing(caller: Caller, accepted: list[str]) -> int:
    """Count the accepted activations of which no record comes."""
    left = set(accepted)
    end = time.monotonic() + SETTLED_S
    while left and time.monotonic() < end:
        left = {each for each in left if not _recorded(caller, each)}
    return len(left)


def _recorded(caller: Caller, activation: str) -> bool:
    found = caller.ask("GET", f"activations/{activation}", None, 200, 404)
    return "activationId" in found


def soak(seconds: float, seed: int, folder: Path) -> dict[str, Any]:
    """Put a platform under load and look at it again and again."""
    temporary = folder / "tmp"
    temporary.mkdir()
    temporary.chmod(0o711)
    node = shutil.which("node") is not None
    rows: list[Holdings] = []
    with Platform(folder / "state", {"TMPDIR": str(temporary)}) as platform:
        at = platform.target("echo")
        caller = Caller(host=at.host, port=at.port)
        mix.prepare(caller, node=node)
        load = Load(at.host, at.port, seed, node=node)
        began = time.monotonic()
        load.start()
        pause = threading.Event()
        while (passed := time.monotonic() - began) < seconds:
            rows.append(look(platform.pid, platform.state_dir, temporary, passed))
            _show(rows[-1], load)
            pause.wait(min(EVERY_S, seconds - passed))
        accepted = load.stop()
        lost = missing(caller, accepted)
        caller.close()
        rows.append(look(platform.pid, platform.state_dir, temporary, time.monotonic() - began))
        _show(rows[-1], load)
        pid, isolation = platform.pid, platform.isolation
    left = wait_for(lambda: (_left(pid, temporary),), "the platform to be gone")[0]
    return {
        "seconds": seconds,
        "isolation": isolation,
        "done": dict(load.done),
        "wrong": dict(load.wrong),
        "accepted": len(accepted),
        "without_record": lost,
        "left_behind": left,
        "held": [asdict(row) for row in rows],
    }


def _left(pid: int, temporary: Path) -> list[str]:
    """Name what a platform that has ended left behind."""
    groups = cgroups(pid)
    files = sorted(each.name for each in temporary.iterdir())
    mounts = [
        line.split()[4]
        for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
        if str(temporary) in line
    ]
    return [*([f"{groups} control groups"] if groups else []), *files, *mounts]


def _show(row: Holdings, load: Load) -> None:
    sys.stdout.write(
        f"{row.seconds:7.0f} s {sum(load.done.values()):8} done {sum(load.wrong.values()):4} wrong"
        f" {row.processes:4} processes {row.tree_mb:7.1f} MB in all"
        f" {row.platform_mb:6.1f} MB platform {row.descriptors:5} descriptors"
        f" {row.cgroups:4} cgroups {row.disk_mb:7.1f} MB disk {row.temporary_files:3} files\n"
    )
    sys.stdout.flush()


def _summary(report: dict[str, Any]) -> str:
    held = report["held"]
    settled = next((row for row in held if row["seconds"] >= SETTLED_S), held[0])
    lines = [f"Isolation {report['isolation']}. {sum(report['done'].values())} done:"]
    lines += [f"  {count:8}  {name}" for name, count in sorted(report["done"].items())]
    lines += [f"WRONG {count}x  {what}" for what, count in report["wrong"].items()]
    lines.append(f"{report['accepted']} accepted, {report['without_record']} without a record.")
    lines.append(f"Left behind: {', '.join(report['left_behind']) or 'nothing'}.")
    lines.append(f"{'':20}{'settled':>12}{'end':>12}{'greatest':>12}")
    for name in settled:
        greatest = max(row[name] for row in held)
        lines.append(f"{name:20}{settled[name]:12.1f}{held[-1][name]:12.1f}{greatest:12.1f}")
    return "\n".join(lines)


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="where the report is written")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        os.chmod(folder, 0o711)
        report = soak(asked.minutes * 60, asked.seed, Path(folder))
    if asked.json:
        asked.json.write_text(json.dumps(report, indent=1), encoding="utf-8")
    sys.stdout.write(_summary(report) + "\n")
    return 1 if report["wrong"] or report["without_record"] or report["left_behind"] else 0


if __name__ == "__main__":
    sys.exit(main())

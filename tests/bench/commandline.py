"""How long a person waits for ``wsk``: whole processes, beside a bare start of the interpreter."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.findings import Findings, Reading, Row
from tests.bench.samples import quantile, summarize
from tests.bench.scenarios import PYTHON
from tests.bench.subject import GUEST, SubjectError
from tests.bench.workbench import Workbench

ACTIONS = 5
"""There are so many to list."""


def commands(bench: Workbench) -> Findings:
    """Measure ``wsk --version`` and ``wsk action list``."""
    wsk = Path(sys.executable).parent / "wsk"
    if not wsk.exists():
        raise SubjectError(f"{wsk} is missing: make setup installs it")
    ways = {
        "version": [str(wsk), "--version"],
        "action list": [str(wsk), "action", "list"],
        "bare interpreter": [sys.executable, "-I", "-S", "-c", "pass"],
    }
    samples: dict[str, list[int]] = {name: [] for name in ways}
    with bench.platform("commands") as platform:
        for number in range(ACTIONS):
            platform.deploy(f"bench-command-{number}", "python:default", PYTHON)
        properties = bench.folder / "wskprops"
        properties.write_text(f"APIHOST={platform.run['address']}\nAUTH={GUEST}\n")
        environment = {
            "PATH": os.defpath,
            "HOME": str(bench.folder),
            "WSK_CONFIG_FILE": str(properties),
        }
        for turn in range(bench.size.commands + 1):
            for name, command in ways.items():
                waited_ns = _run(command, environment)
                if turn:  # The first of each finds nothing in the system's cache.
                    samples[name].append(waited_ns)
    return _found(samples)


def _run(command: list[str], environment: dict[str, str]) -> int:
    began_ns = time.perf_counter_ns()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    waited_ns = time.perf_counter_ns() - began_ns
    if done.returncode:
        raise SubjectError(f"{' '.join(command)}: {done.stderr.strip()}")
    return waited_ns


def _found(samples: dict[str, list[int]]) -> Findings:
    found = Findings()
    medians = {name: quantile(sorted(seen), 0.5) / 1e6 for name, seen in samples.items()}
    bare_ms = medians.pop("bare interpreter")
    for name, median_ms in medians.items():
        command = f"wsk {name}" if name != "version" else "wsk --version"
        found.rows.append(
            Row(scenario=command, goal=21, isolation="none", latency=summarize(samples[name]))
        )
        found.readings.append(
            Reading(
                goal=name,
                value=median_ms,
                floor=f"bare interpreter {bare_ms:.0f} ms",
                subject=f"{median_ms:.0f} ms",
                n=len(samples[name]),
                isolation="none",
            )
        )
    return found

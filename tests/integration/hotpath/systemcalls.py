"""How many system calls the platform's event loop makes for a warm blocking call.

``python -m tests.integration.hotpath.systemcalls`` counts anew and writes the record.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.generator import Generator
from tests.bench.subject import Platform
from tests.parts import missing, program
from tests.waiting import wait_for

RECORD = Path(__file__).with_name("systemcalls.json")
PATIENCE = frozenset(("futex", "restart_syscall", "clock_nanosleep", "mprotect", "munmap", "mmap"))
"""How often the interpreter waits for its lock or grows depends on the other threads' luck."""
_ROW = re.compile(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)(?:\s+\d+)?\s+(\w+)$", re.MULTILINE)


def per_call(platform: Platform, action: str, calls: int) -> dict[str, float]:
    """Count on the thread of the event loop alone.

    Args:
        platform: whose action is warm.
        action: its name.
        calls: how many to make, one after another.

    Returns:
        System calls for each call by name, without those that depend on chance.
    """
    strace = program("strace", "apt-get install strace")
    with tempfile.TemporaryDirectory() as folder, Generator() as generator:
        target = platform.target(action)
        generator.perform(target.job(50))
        written = Path(folder) / "strace"
        command = [str(strace), "-c", "-o", str(written), "-p", str(platform.pid)]
        tracer = subprocess.Popen(command, stderr=subprocess.PIPE)
        try:
            wait_for(
                lambda: _tracer_of(platform.pid) == tracer.pid or tracer.poll() is not None,
                "strace to attach",
            )
            if tracer.poll() is not None:
                missing("The right to trace a process", "run as root, or allow ptrace")
            outcome = generator.perform(target.job(calls))
        finally:
            tracer.send_signal(signal.SIGINT)
            tracer.communicate()
        assert outcome.errors == 0, outcome.first_error
        rows = _ROW.findall(written.read_text(encoding="utf-8"))
    return {
        name: round(int(count) / calls, 2)
        for count, name in rows
        if name not in PATIENCE and name != "total" and int(count) >= calls // 20
    }


def _tracer_of(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.partition("TracerPid:")[2].split()[0])


def main() -> None:
    """Count anew and write the record."""
    from tests.integration.hotpath.conftest import SETTINGS, SILENT

    with tempfile.TemporaryDirectory() as folder, Platform(Path(folder), SETTINGS) as platform:
        platform.deploy("silent", "python:3", SILENT)
        for _ in range(3):
            platform.invoke("silent")
        counted = per_call(platform, "silent", 2000)
    record = {"machine": f"{sys.platform} {os.uname().machine}", "calls": counted}
    RECORD.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

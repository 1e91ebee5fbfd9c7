"""What each program of the platform runs without: import contracts cannot see loading by name."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.waiting import wait_for

OTHER_IMPLEMENTATIONS = (
    "whisk_platform.stores.memory",
    "whisk_platform.stores.sql.postgres",
    "whisk_platform.containers.simulated",
)
NOT_ITS_BUSINESS = ("alembic", "hypothesis", "psycopg", "pytest", "rich", "typer", "whisk_cli")

WITHOUT = """
import runpy, sys
sys.modules.update(dict.fromkeys(sys.argv.pop(1).split(",")))
runpy.run_module("whisk_platform.standalone", run_name="__main__", alter_sys=True)
"""


def test_the_standalone_platform_starts_without_what_it_does_not_use(tmp_path: Path) -> None:
    """Other implementations of its ports, the command line and the tools of tests are blocked."""
    blocked = ",".join([*OTHER_IMPLEMENTATIONS, *NOT_ITS_BUSINESS])
    log = tmp_path / "log"
    command = [sys.executable, "-c", WITHOUT, blocked]
    command += ["--port", "0", "--state-dir", str(tmp_path / "state")]
    with log.open("wb") as said:
        running = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)

    def ready() -> bool:
        assert running.poll() is None, log.read_text()
        return (tmp_path / "state" / "run.json").exists()

    try:
        wait_for(ready, "the platform to be ready")
        pid = json.loads((tmp_path / "state" / "run.json").read_text())["pid"]
        assert pid == running.pid
    finally:
        os.kill(running.pid, signal.SIGTERM)
        running.wait()
    assert running.returncode == 0, log.read_text()

"""A platform of a test's own on this machine, driven through ``wsk``."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.waiting import wait_for
from whisk_cli.machine.statedir import StateDir

WSK_SECONDS = 90
"""No command of a test takes longer; a hang becomes a failure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one run of ``wsk`` printed."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """The JSON of stdout, after a status line if there is one."""
        text = self.out
        if text.startswith("ok:"):
            text = text.partition("\n")[2]
        return json.loads(text)


@dataclass(slots=True)
class Machine:
    """A home directory, a state directory, and the ``wsk`` that uses them."""

    home: Path
    flags: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    prefix: tuple[str, ...] = ()
    """Put before every command, for example to run it as another user."""
    python: str = sys.executable
    """The interpreter that runs ``wsk``, and with it the platform."""
    program: str = "whisk_cli"
    """The module that is run as ``wsk``."""

    @property
    def state(self) -> Path:
        """The state directory."""
        return self.home / "state"

    def wsk(self, *arguments: str, check: bool = True, stdin: str | None = None) -> Outcome:
        """Run ``wsk``; a failure is an assertion unless ``check`` is false."""
        finished = subprocess.run(
            [*self.prefix, self.python, "-m", self.program, *arguments],
            env=self._environment(),
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=WSK_SECONDS,
            check=False,
            cwd=self.home,
        )
        outcome = Outcome(code=finished.returncode, out=finished.stdout, err=finished.stderr)
        assert outcome.code == 0 or not check, (arguments, outcome, self.last_log())
        return outcome

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """Run ``wsk`` beside the test, which has to end it; its streams are pipes."""
        return subprocess.Popen(
            [*self.prefix, self.python, "-m", self.program, *arguments],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.home,
        )

    def _environment(self) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in ("PATH", "TZ", "COLUMNS", "LANG")
                     if name in os.environ}  # fmt: skip
        return {**inherited, "HOME": str(self.home), **self.environment}

    def start(self, *flags: str, check: bool = True) -> Outcome:
        """Start the platform on a free port."""
        arguments = ("--state-dir", str(self.state), "--port", "0", *self.flags, *flags)
        return self.wsk("platform", "start", *arguments, check=check)

    def stop(self, *flags: str) -> Outcome:
        """Stop the platform, if it runs."""
        return self.wsk("platform", "stop", "--state-dir", str(self.state), *flags)

    def run_file(self) -> dict[str, Any]:
        """What the running platform says of itself."""
        data: dict[str, Any] = json.loads((self.state / "run.json").read_text())
        return data

    @property
    def address(self) -> str:
        """Base URL of the running platform."""
        return str(self.run_file()["address"])

    @property
    def auth(self) -> str:
        """The guest's ``uuid:key``."""
        return self.wsk("property", "get", "--auth", "-o", "raw").out.strip()

    def kill(self) -> None:
        """Kill the platform where it stands, and wait until its lock is free."""
        pid = int(self.run_file()["pid"])
        os.kill(pid, signal.SIGKILL)
        wait_for(self.is_free, "the killed platform to let go of its state directory")

    def is_free(self) -> bool:
        """Whether no platform holds the state directory."""
        return not StateDir(self.state).is_held()

    def last_log(self) -> str:
        """The end of the platform's log, for the message of a failed assertion."""
        try:
            return (self.state / "platform.log").read_text(errors="replace")[-3000:]
        except OSError:
            return ""

    def write(self, name: str, text: str) -> str:
        """Put a file into the home directory and return its path."""
        path = self.home / name
        path.write_text(text)
        return str(path)

"""systemd, through ``systemctl``: is it there, and what it is told."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from whisk_cli.errors import CliError

_RUNS = frozenset({"running", "degraded", "starting", "initializing", "maintenance"})
_SECONDS = 60.0
_REMEDY = (
    "Start the platform with 'wsk platform start', or let a supervisor of yours run "
    "'wsk platform start --foreground'; 'wsk platform service install --dry-run' shows the units."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Systemd:
    """The service manager of the machine, or of the user.

    Attributes:
        system: Whether it is the machine's.
        environment: Of the process.
    """

    system: bool
    environment: Mapping[str, str]

    @property
    def folder(self) -> Path:
        """Where its units are put."""
        if self.system:
            return Path("/etc/systemd/system")
        configured = self.environment.get("XDG_CONFIG_HOME")
        home = Path(self.environment.get("HOME") or Path.home())
        return (Path(configured) if configured else home / ".config") / "systemd" / "user"

    def require(self) -> None:
        """Check that it is there and may be told something.

        Raises:
            CliError: It is not; the sentence has the remedy.
        """
        if shutil.which("systemctl", path=self.environment.get("PATH")) is None:
            raise CliError(f"There is no systemd on this machine (no systemctl). {_REMEDY}")
        if self.system and os.geteuid() != 0:
            raise CliError(
                "Only root can install a service of the machine: use sudo, or leave out --system."
            )
        state = self._run("is-system-running").stdout.strip() or "it does not answer"
        if state not in _RUNS:
            whose = "" if self.system else " for this user"
            raise CliError(f"systemd does not run{whose} ({state}). {_REMEDY}")

    def tell(self, *arguments: str) -> None:
        """Tell it something.

        Raises:
            CliError: It refuses; its own words.
        """
        finished = self._run(*arguments)
        if finished.returncode != 0:
            words = (finished.stderr or finished.stdout).strip().splitlines()
            why = words[-1] if words else f"exit code {finished.returncode}"
            raise CliError(f"systemctl {' '.join(arguments)} failed: {why}")

    def ask(self, *arguments: str) -> str:
        """Ask it for one word, such as ``is-active``."""
        return self._run(*arguments).stdout.strip()

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["systemctl", *([] if self.system else ["--user"]), *arguments]
        try:
            return subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                env=dict(self.environment),
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise CliError(f"systemctl cannot be run: {problem}.") from problem

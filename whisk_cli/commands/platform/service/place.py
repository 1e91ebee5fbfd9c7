"""Which service manager and which state directory a command is about."""

from __future__ import annotations

from pathlib import Path

from whisk_cli.invocation import Invocation
from whisk_cli.machine.statedir import StateDir, locate
from whisk_cli.machine.systemd import Systemd

_OF_THE_MACHINE = Path("/var/lib/whisk")


def of(run: Invocation, state_dir: str, *, system: bool) -> tuple[Systemd, StateDir]:
    """Give the service manager, and the state directory as given or as usual for it."""
    manager = Systemd(system=system, environment=run.environment)
    if system and not state_dir:
        return manager, StateDir(_OF_THE_MACHINE)
    return manager, locate(state_dir, run.environment)

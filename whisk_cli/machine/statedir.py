"""A state directory as the command line sees it: where it is, and whether a platform holds it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from whisk_cli.errors import CliError

RUN_VERSION = 1
"""The shape of ``run.json`` that this command line reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What ``run.json`` says of a running platform."""

    pid: int
    address: str
    """Base URL of the REST API."""
    host: str
    port: int
    version: str
    started_ms: int
    """Milliseconds since the epoch."""
    development_keys: bool
    kinds: tuple[str, ...]
    isolation: str
    memory: str
    network: str
    warnings: tuple[str, ...]
    http_port: int
    """Where plain HTTP leads to the API; -1 = nowhere."""
    ca_certificate: str
    """File of the authority that vouches for the address; empty if the system knows it."""


@dataclass(frozen=True, slots=True)
class StateDir:
    """One state directory."""

    path: Path

    @property
    def log_file(self) -> Path:
        """Where a platform in the background writes its log."""
        return self.path / "platform.log"

    @property
    def own_profile(self) -> Path:
        """The profile of this platform when the user's own belongs to another one."""
        return self.path / "wskprops"

    def is_held(self) -> bool:
        """Whether a platform holds the lock; true even before it answers requests."""
        try:
            descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(descriptor)
        return False

    def running(self) -> Running | None:
        """The platform that runs here and is ready; None if there is none.

        Raises:
            CliError: ``run.json`` has a shape that this version does not know.
        """
        if not self.is_held():
            return None
        try:
            data = json.loads((self.path / "run.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if data.get("version") != RUN_VERSION:
            raise CliError(
                f"The platform in {self.path} is of another version than this wsk."
                " Use the wsk that started it."
            )
        return _running(data)


def locate(given: str | None, environment: Mapping[str, str]) -> StateDir:
    """The state directory: as given, or ``$XDG_STATE_HOME/whisk``, or ``~/.local/state/whisk``."""
    if given:
        return StateDir(Path(given).expanduser().absolute())
    base = environment.get("XDG_STATE_HOME")
    home = Path(environment.get("HOME") or Path.home())
    return StateDir((Path(base) if base else home / ".local" / "state") / "whisk")


def _running(data: Mapping[str, object]) -> Running:
    isolation = data["isolation"]
    assert isinstance(isolation, dict)
    return Running(
        pid=int(str(data["pid"])),
        address=str(data["address"]),
        host=str(data["host"]),
        port=int(str(data["port"])),
        version=str(data["platform_version"]),
        started_ms=int(str(data["started_ms"])),
        development_keys=bool(data["development_keys"]),
        kinds=_strings(data["kinds"]),
        isolation=str(isolation["level"]),
        memory=str(isolation["memory"]),
        network=str(isolation["network"]),
        warnings=_strings(isolation["warnings"]),
        http_port=int(str(data.get("http_port", -1))),
        ca_certificate=str(data.get("ca_certificate", "")),
    )


def _strings(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()

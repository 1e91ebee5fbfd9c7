"""The state directory: private, locked by one platform, described by ``run.json`` while it runs."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import tempfile
from pathlib import Path

import msgspec

from whisk_platform.common.errors import StateDirectoryError
from whisk_platform.standalone import swap

RUN_FILE = "run.json"
RUN_VERSION = 1


class RunIsolation(msgspec.Struct, frozen=True, kw_only=True):
    """The isolation in force, as ``run.json`` has it."""

    level: str
    memory: str
    network: str
    warnings: tuple[str, ...]


class RunFile(msgspec.Struct, frozen=True, kw_only=True):
    """What other processes may know of a running platform; no secrets."""

    version: int = RUN_VERSION
    """Of this document's shape."""
    pid: int
    address: str
    """Base URL of the REST API."""
    host: str
    port: int
    platform_version: str
    started_ms: int
    development_keys: bool
    kinds: tuple[str, ...]
    isolation: RunIsolation
    state_directory: str
    http_port: int = -1
    """Where plain HTTP leads to the TLS port; -1 = nowhere."""
    ca_certificate: str = ""
    """File of the authority that clients have to trust; empty if they do anyway."""


class StateDirectory:
    """One platform's directory, held by a lock from ``open`` to ``close``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: int | None = None

    def open(self) -> None:
        """Create the directory if need be, make it private, and lock it.

        Raises:
            StateDirectoryError: it cannot be written, or another platform holds it.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.chmod(0o700)
            lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StateDirectoryError(_why(self.path, error)) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(lock, 32, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(lock)
            raise StateDirectoryError(
                f"Another platform (pid {holder}) uses the state directory {self.path}. Stop it"
                " with 'wsk platform stop', or choose another directory with --state-dir."
            ) from error
        self._lock = lock
        try:
            os.ftruncate(lock, 0)
            os.pwrite(lock, str(os.getpid()).encode(), 0)
        except OSError as error:
            self.close()
            raise StateDirectoryError(_why(self.path, error)) from error
        try:
            swap.finish(self.path)
        except OSError as error:
            self.close()
            raise StateDirectoryError(_why(self.path, error)) from error
        # A former platform that was killed could not remove it, and its pid may be somebody else's.
        self._remove_run_file()

    def announce(self, run: RunFile) -> None:
        """Write ``run.json``, whole or not at all.

        Raises:
            StateDirectoryError: the directory cannot be written.
        """
        try:
            descriptor, name = tempfile.mkstemp(dir=self.path, prefix=".run-")
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(run), indent=2) + b"\n")
            os.replace(name, self.path / RUN_FILE)
        except OSError as error:
            raise StateDirectoryError(_why(self.path, error)) from error

    def close(self) -> None:
        """Remove ``run.json`` and give the lock back."""
        if self._lock is None:
            return
        self._remove_run_file()
        os.close(self._lock)
        self._lock = None

    def _remove_run_file(self) -> None:
        with contextlib.suppress(OSError):
            (self.path / RUN_FILE).unlink(missing_ok=True)


def _why(path: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk that holds the state directory {path} is full. Free some space."
    reason = error.strerror or str(error)
    return (
        f"The state directory {path} cannot be used: {reason}."
        " Choose one that this user may write with --state-dir."
    )

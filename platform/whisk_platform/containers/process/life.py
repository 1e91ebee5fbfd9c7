"""One life of the factory: its private directory, its lock, its janitor, and former lives' remains.

A life that ended without saying so is recognized by its lock: the kernel lets go of it with the
process, however that died.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.process.languages.python import ISOLATED
from whisk_platform.host import sandbox
from whisk_platform.host.sandbox import janitor

BOOT = str(Path(sandbox.__file__).with_name("boot.py"))
"""The script that starts a zygote or a janitor."""
_LOCK = "lock"


def base_interpreter() -> str:
    """The real interpreter behind a virtual environment or a shim."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


class Life:
    """Everything outside of our own memory that belongs to one running factory."""

    def __init__(self, directory: Path, lock: int) -> None:
        self.directory = directory
        self.name = directory.name
        self._lock = lock
        self._pipe = -1
        self._janitor: subprocess.Popen[bytes] | None = None
        self._manifest: dict[str, list[str]] = {"groups": [], "scratch": []}

    @classmethod
    def begin(cls, state_dir: Path) -> Life:
        """Remove former lives' remains, make our own directory and start the janitor.

        Raises:
            ContainerError: the directory cannot be used.
        """
        lives = state_dir / "lives"
        try:
            lives.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Nobody may sweep between the making of our directory and the taking of its lock.
            with open(state_dir / "lives.lock", "w") as gate:
                fcntl.flock(gate, fcntl.LOCK_EX)
                sweep(lives)
                directory = lives / _identity()
                directory.mkdir(mode=0o700)
                lock = os.open(directory / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ContainerError(
                f"The directory '{lives}' for sandboxes cannot be used: {error.strerror}."
                " Make it writable or choose another state directory."
            ) from error
        life = cls(directory, lock)
        life._start_janitor()
        return life

    def remember(self, what: str, path: str) -> None:
        """Write down something made outside of the directory, before it is made.

        Args:
            what: ``groups`` or ``scratch``.
            path: of the control group or directory.
        """
        self._manifest[what].append(path)
        fresh = self.directory / "manifest.new"
        fresh.write_text(json.dumps(self._manifest))
        fresh.rename(self.directory / janitor.MANIFEST)

    def make_scratch(self) -> Path:
        """Make a directory that users without rights can pass through."""
        path = Path(tempfile.gettempdir()) / f"whisk-{self.name}"
        self.remember("scratch", str(path))
        path.mkdir(mode=0o711)
        path.chmod(0o711)
        return path

    async def end(self) -> None:
        """Let the janitor remove everything and wait until it has."""
        os.close(self._pipe)
        janitor_process = self._janitor
        if janitor_process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(janitor_process.wait, 10)
        if self.directory.exists():
            await asyncio.to_thread(janitor.clean, str(self.directory))
        os.close(self._lock)

    def _start_janitor(self) -> None:
        reading, self._pipe = os.pipe()
        clean = [base_interpreter(), *ISOLATED, BOOT, "janitor", str(self.directory)]
        try:
            self._janitor = subprocess.Popen(
                ["/bin/sh", "-c", janitor.WAIT, "whisk-janitor", *clean],
                stdin=reading,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                start_new_session=True,
            )
        finally:
            os.close(reading)


def sweep(lives: Path) -> list[str]:
    """Clean every life whose owner is gone.

    Returns:
        Their names.
    """
    removed = []
    for directory in sorted(lives.iterdir()):
        try:
            lock = os.open(directory / _LOCK, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            shutil.rmtree(directory, ignore_errors=True)
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            janitor.clean(str(directory))
            removed.append(directory.name)
        except BlockingIOError:
            continue
        finally:
            os.close(lock)
    return removed


def _identity() -> str:
    """A name that no other process of any boot has: id, start time, boot, and our own count."""
    start = boot = "0"
    with contextlib.suppress(OSError, IndexError):
        stat = Path("/proc/self/stat").read_bytes()
        start = stat.rpartition(b")")[2].split()[19].decode()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text()[:8]
    global _count
    _count += 1
    return f"{os.getpid()}-{start}-{boot}-{_count}"


_count = 0

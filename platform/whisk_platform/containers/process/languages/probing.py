"""Asks programs about themselves: with a time limit, and hardly any environment."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterable
from pathlib import Path

_SECONDS = 10.0
_GLANCE_SECONDS = 0.2
_SOURCES = (".py", ".go", ".rs", ".java")


def answer(command: list[str]) -> str | None:
    """What a program prints.

    Args:
        command: program and arguments.

    Returns:
        Its standard output, or None when it does not start, fails, or takes ten seconds.
    """
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            env=environment,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace")


def strings(text: str | None) -> list[str] | None:
    """Read a JSON array of strings.

    Args:
        text: what a program printed; None stays None.

    Returns:
        The strings, or None when it is anything else.
    """
    try:
        values = json.loads(text) if text is not None else None
    except ValueError:
        return None
    return [str(value) for value in values] if isinstance(values, list) else None


def on_search_path(names: Iterable[str]) -> list[str]:
    """Where programs of these names are, each place once, in the order of the names."""
    found = (shutil.which(name) for name in names)
    return list(dict.fromkeys(place for place in found if place is not None))


def own_trees(executable: str) -> tuple[str, ...]:
    """Which directories a program that lies outside the system's own folders needs.

    Args:
        executable: its real path, for example ``/opt/node/bin/node``.

    Returns:
        The program's folder and the libraries beside it; nothing for a program of the system.
    """
    folder = os.path.dirname(executable)
    tree = os.path.dirname(folder)
    if tree in ("/", "/usr"):
        return ()
    return tuple(path for path in (folder, f"{tree}/lib", f"{tree}/lib64") if os.path.isdir(path))


class Work:
    """Programs of a toolchain that work on files of our own, until somebody says stop."""

    def __init__(self, environment: dict[str, str], seconds: float) -> None:
        """Prepare to run programs.

        Args:
            environment: all of it.
            seconds: until one of them is killed.
        """
        self._environment = environment
        self._seconds = seconds

    def run(self, command: list[str], place: Path, stop: threading.Event) -> None:
        """Run one program, with respect for everybody else's need of the processor.

        Args:
            command: program and arguments.
            place: working directory.
            stop: ends it.

        Raises:
            OSError: it cannot be started.
            subprocess.SubprocessError: it fails, takes too long, or was stopped.
        """
        end = time.monotonic() + self._seconds
        with subprocess.Popen(
            ["nice", "-n", "5", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=place,
            env=self._environment,
            start_new_session=True,
        ) as process:
            while True:
                try:
                    words = process.communicate(timeout=_GLANCE_SECONDS)[1]
                    break
                except subprocess.TimeoutExpired:
                    if stop.is_set() or time.monotonic() >= end:
                        os.killpg(process.pid, signal.SIGKILL)
                        raise subprocess.TimeoutExpired(command, self._seconds) from None
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command, stderr=words)


def reason(error: OSError | subprocess.SubprocessError) -> str:
    """What went wrong, in one line, without its full stop."""
    if isinstance(error, subprocess.CalledProcessError):
        words = bytes(error.stderr or b"").decode("utf-8", "replace").strip().splitlines()
        if words:
            return words[0].rstrip(".")[:300]
        return f"it ended with status {error.returncode}"
    if isinstance(error, subprocess.TimeoutExpired):
        return f"it was stopped, or took longer than {error.timeout:.0f} s"
    return str(error).rstrip(".")


def identity(family: str, version: str, *folders: Path) -> str:
    """What the output of a compiler depends on beside the code.

    Args:
        family: of the language.
        version: of the toolchain, in full.
        folders: with launcher and builder.
    """
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.iterdir()):
            if path.suffix in _SOURCES:
                digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return f"{family} {version} {platform.machine()} {digest.hexdigest()}"


def prepared(directory: Path, family: str, identity: str) -> Path:
    """Where a toolchain keeps what it prepares once for all builds.

    Args:
        directory: of all prepared folders.
        family: of the language.
        identity: everything that the content depends on.
    """
    return directory / f"{family}-{hashlib.sha256(identity.encode()).hexdigest()[:16]}"

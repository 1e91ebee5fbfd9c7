"""Finished programs on disk: private to the platform, bounded, the longest unused go first."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Final

PROTOCOLS: Final = ("frames", "actionloop", "archive")
"""How a program is talked to; ``archive`` is code for a launcher that stays."""


class ProgramStore:
    """A directory of programs, each under its key. Its methods block."""

    def __init__(self, directory: Path, limit_bytes: int) -> None:
        """Use a directory, which is made when it is first needed."""
        self._directory = directory
        self._limit_bytes = limit_bytes

    def find(self, key: str) -> tuple[Path, str] | None:
        """A program and its protocol, marked as used now."""
        for protocol in PROTOCOLS:
            path = self._directory / f"{key}.{protocol}"
            with contextlib.suppress(OSError):
                os.utime(path)
                return path, protocol
        return None

    def put(self, key: str, protocol: str, content: bytes) -> Path:
        """Keep a program: readers see all of it or nothing.

        Raises:
            OSError: it cannot be written.
        """
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self._directory, prefix="new-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            path = self._directory / f"{key}.{protocol}"
            os.rename(name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
        self._shrink(keep=path.name)
        return path

    def _shrink(self, keep: str) -> None:
        found = []
        total = 0
        for entry in os.scandir(self._directory):
            with contextlib.suppress(OSError):
                state = entry.stat()
                total += state.st_size
                found.append((state.st_mtime_ns, state.st_size, entry.name))
        for _, size, name in sorted(found):
            if total <= self._limit_bytes:
                return
            if name != keep and not name.startswith("new-"):
                (self._directory / name).unlink(missing_ok=True)
                total -= size

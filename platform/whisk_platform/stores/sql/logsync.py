"""Pushes the write-ahead log and the ledger to the disk a few times a second, beside the writer.

With ``durability=normal`` a commit reaches the operating system, which survives the death of the
process but not a power cut. This bounds what a power cut may take, without any caller waiting.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

from whisk_platform.stores.sql.engine import DATABASE_FILE
from whisk_platform.stores.sql.ledger import LEDGER_FILE

_sync = getattr(os, "fdatasync", os.fsync)


class LogSync:
    """The thread that does it.

    Args:
        directory: where the database is.
        window_s: at most this long after a commit it is on its way to the disk.
    """

    def __init__(self, directory: Path, window_s: float) -> None:
        self._paths = (directory / f"{DATABASE_FILE}-wal", directory / LEDGER_FILE)
        self._window_s = window_s
        self._dirty = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="whisk-store-sync", daemon=True)
        self.failures = 0
        """How often the disk refused."""

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def committed(self) -> None:
        """Note that there is something to push."""
        if not self._dirty.is_set():
            self._dirty.set()

    def stop(self) -> None:
        """Push what is left and end. Called on a thread that may wait."""
        self._stopping.set()
        self._dirty.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._dirty.wait()
            self._stopping.wait(self._window_s / 2)
            self._dirty.clear()
            for path in self._paths:
                self._push(path)

    def _push(self, path: Path) -> None:
        # The log's own file carries no locks, so opening it beside SQLite is safe; doing so with
        # the database file would drop SQLite's.
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        try:
            _sync(descriptor)
        except OSError:
            self.failures += 1
        finally:
            os.close(descriptor)
